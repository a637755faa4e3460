//! Imports and exports of a wasm module; everything else is carried along as it is.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;
/// Magic number and version.
const HEAD: &[u8] = b"\0asm\x01\0\0\0";

/// A module as its sections: id and body.
pub(super) struct Module {
    sections: Vec<(u8, Vec<u8>)>,
}

struct Import {
    module: String,
    name: String,
    /// The index of the function's type.
    kind: u32,
}

struct Export {
    name: String,
    kind: u8,
    index: u32,
}

impl Module {
    pub(super) fn read(bytes: &[u8]) -> Result<Self> {
        let body = bytes.strip_prefix(HEAD).context("not a wasm module")?;
        let mut reader = Reader { left: body };
        let mut sections = Vec::new();
        while !reader.left.is_empty() {
            let id = reader.byte()?;
            let length = reader.number()?;
            sections.push((id, reader.take(length)?.to_vec()));
        }
        Ok(Self { sections })
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = HEAD.to_vec();
        for (id, body) in &self.sections {
            bytes.push(*id);
            put_bytes(&mut bytes, body);
        }
        bytes
    }

    /// The names that are imported from a module, in their order.
    pub(super) fn imports_from(&self, module: &str) -> Result<Vec<String>> {
        let all = self.imports()?.into_iter();
        Ok(all.filter(|import| import.module == module).map(|import| import.name).collect())
    }

    pub(super) fn exports(&self) -> Result<Vec<String>> {
        Ok(self.all_exports()?.into_iter().map(|export| export.name).collect())
    }

    pub(super) fn keep_exports(&mut self, is_kept: impl Fn(&str) -> bool) -> Result<()> {
        let mut all = self.all_exports()?;
        all.retain(|export| is_kept(&export.name));
        self.put_exports(&all);
        Ok(())
    }

    pub(super) fn rename_exports(&mut self, names: &BTreeMap<String, String>) -> Result<()> {
        let mut all = self.all_exports()?;
        for export in &mut all {
            if let Some(name) = names.get(&export.name) {
                export.name.clone_from(name);
            }
        }
        self.put_exports(&all);
        Ok(())
    }

    pub(super) fn rename_imports(
        &mut self,
        module: &str,
        new_module: &str,
        names: &BTreeMap<String, String>,
    ) -> Result<()> {
        let mut all = self.imports()?;
        for import in all.iter_mut().filter(|import| import.module == module) {
            new_module.clone_into(&mut import.module);
            if let Some(name) = names.get(&import.name) {
                import.name.clone_from(name);
            }
        }
        let mut body = Vec::new();
        put(&mut body, all.len());
        for import in &all {
            put_bytes(&mut body, import.module.as_bytes());
            put_bytes(&mut body, import.name.as_bytes());
            body.push(0);
            put(&mut body, import.kind as usize);
        }
        self.replace(IMPORTS, body);
        Ok(())
    }

    fn imports(&self) -> Result<Vec<Import>> {
        let mut reader = self.section(IMPORTS);
        let count = if reader.left.is_empty() { 0 } else { reader.number()? };
        let mut all = Vec::new();
        for _ in 0..count {
            let (module, name) = (reader.name()?, reader.name()?);
            if reader.byte()? != 0 {
                bail!("{name} of {module} is imported, which is no function");
            }
            all.push(Import { module, name, kind: reader.index()? });
        }
        Ok(all)
    }

    fn all_exports(&self) -> Result<Vec<Export>> {
        let mut reader = self.section(EXPORTS);
        let count = if reader.left.is_empty() { 0 } else { reader.number()? };
        let mut all = Vec::new();
        for _ in 0..count {
            all.push(Export { name: reader.name()?, kind: reader.byte()?, index: reader.index()? });
        }
        Ok(all)
    }

    fn put_exports(&mut self, all: &[Export]) {
        let mut body = Vec::new();
        put(&mut body, all.len());
        for export in all {
            put_bytes(&mut body, export.name.as_bytes());
            body.push(export.kind);
            put(&mut body, export.index as usize);
        }
        self.replace(EXPORTS, body);
    }

    fn section(&self, id: u8) -> Reader<'_> {
        let body = self.sections.iter().find(|(known, _)| *known == id);
        Reader { left: body.map_or(&[], |(_, body)| body.as_slice()) }
    }

    fn replace(&mut self, id: u8, body: Vec<u8>) {
        if let Some(section) = self.sections.iter_mut().find(|(known, _)| *known == id) {
            section.1 = body;
        }
    }
}

/// Reads numbers and names as wasm writes them.
struct Reader<'a> {
    left: &'a [u8],
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Result<u8> {
        let (byte, left) = self.left.split_first().context("the module ends too early")?;
        self.left = left;
        Ok(*byte)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let (taken, left) = self.left.split_at_checked(length).context("the module ends too early")?;
        self.left = left;
        Ok(taken)
    }

    /// A number in LEB128.
    fn index(&mut self) -> Result<u32> {
        let mut value = 0_u32;
        for shift in (0..32).step_by(7) {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        bail!("a number of the module is too long")
    }

    fn number(&mut self) -> Result<usize> {
        Ok(usize::try_from(self.index()?)?)
    }

    fn name(&mut self) -> Result<String> {
        let length = self.number()?;
        Ok(String::from_utf8(self.take(length)?.to_vec())?)
    }
}

fn put(into: &mut Vec<u8>, mut number: usize) {
    loop {
        let byte = u8::try_from(number & 0x7f).unwrap_or_default();
        number >>= 7;
        if number == 0 {
            into.push(byte);
            return;
        }
        into.push(byte | 0x80);
    }
}

fn put_bytes(into: &mut Vec<u8>, bytes: &[u8]) {
    put(into, bytes.len());
    into.extend_from_slice(bytes);
}
