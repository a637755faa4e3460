use super::*;

const GLUE: &str = r#"export class Pipe {
    free() {
        wasm.__wbg_pipe_free(ptr, 0);
    }
}
if (Symbol.dispose) Pipe.prototype[Symbol.dispose] = Pipe.prototype.free;

/**
 * Starts.
 */
export function start() {
    wasm.start();
}
function __wbg_get_imports() {
    const import0 = {
        __proto__: null,
        __wbg_used_1: function(arg0) {
            return wasm.start_again(arg0);
        },
        __wbg_unused_2: function(arg0) {
            return arg0;
        },
        __wbg_also_3: arg0 => arg0,
    };
    return {
        __proto__: null,
        "./x_bg.js": import0,
    };
}
const PipeFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_pipe_free(ptr, 1));
// The end.
export { initSync, __wbg_init as default };
"#;

/// A module with two imported functions and three exports.
fn module() -> Vec<u8> {
    let mut bytes = b"\0asm\x01\0\0\0".to_vec();
    bytes.extend(b"\x01\x04\x01\x60\0\0");
    bytes.extend(section(
        2,
        &[2],
        &[b"\x09./x_bg.js\x0c__wbg_used_1\0\0", b"\x09./x_bg.js\x0c__wbg_also_3\0\0"],
    ));
    let exports: [&[u8]; 3] = [b"\x05start\0\0", b"\x0bstart_again\0\x01", b"\x0f__wbg_pipe_free\0\x00"];
    bytes.extend(section(7, &[3], &exports));
    bytes
}

fn section(id: u8, count: &[u8], entries: &[&[u8]]) -> Vec<u8> {
    let body = [count, &entries.concat()].concat();
    [&[id, u8::try_from(body.len()).expect("a short section")], body.as_slice()].concat()
}

#[test]
fn what_nobody_uses_goes_and_names_become_short_on_both_sides() {
    let folder = std::env::temp_dir().join(format!("calbridge-slim-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a temporary folder");
    let (wasm, glue) = (folder.join("x_bg.wasm"), folder.join("x.js"));
    fs::write(&wasm, module()).expect("a temporary file");
    fs::write(&glue, GLUE).expect("a temporary file");
    let files = Files { wasm: &wasm, glue: &glue, glue_name: "./x_bg.js" };
    drop_unused(&files).expect("wasm-bindgen's form");
    shorten(&files).expect("wasm-bindgen's form");
    let slim = Module::read(&fs::read(&wasm).expect("the module")).expect("a module");
    assert_eq!(slim.exports().expect("exports"), ["a", "b"]);
    assert_eq!(slim.imports_from("a").expect("imports"), ["a", "b"]);
    let text = fs::read_to_string(&glue).expect("the glue");
    let expected = "
/**
 * Starts.
 */
export function start() {
    wasm.a();
}
function __wbg_get_imports() {
    const import0 = {
        __proto__: null,
        a: function(arg0) {
            return wasm.b(arg0);
        },
        b: arg0 => arg0,
    };
    return {
        __proto__: null,
        \"a\": import0,
    };
}
// The end.
export { initSync, __wbg_init as default };
";
    assert_eq!(text, expected);
    fs::remove_dir_all(folder).expect("the temporary folder goes");
}

#[test]
fn a_glue_that_lacks_what_wasm_imports_is_noticed() {
    let names = BTreeMap::from([("__wbg_elsewhere_4".to_owned(), "a".to_owned())]);
    assert!(glue::with_imports(GLUE, &names).is_err());
}

#[test]
fn names_are_counted_through_all_letters() {
    let names: Vec<String> = [0, 25, 26, 51, 52, 701, 702].map(letters).into();
    assert_eq!(names, ["a", "z", "aa", "az", "ba", "zz", "aaa"]);
}
