//! Lints `manifest.xml`: what Outlook refuses at installation, and what it silently accepts and then shows broken.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot read the checkout fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use roxmltree::{Document, Node};

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
const RESID_LIMIT: usize = 32;
const SHORT_LIMIT: usize = 125;
const LONG_LIMIT: usize = 250;
const SIZE_LIMIT: usize = 256 * 1024;
const APPOINTMENT_SURFACES: [&str; 2] =
    ["AppointmentAttendeeCommandSurface", "AppointmentOrganizerCommandSurface"];

/// The order of the root's children that the schema enforces.
const ROOT_ORDER: [&str; 18] = [
    "Id",
    "AlternateId",
    "Version",
    "ProviderName",
    "DefaultLocale",
    "DisplayName",
    "Description",
    "IconUrl",
    "HighResolutionIconUrl",
    "SupportUrl",
    "AppDomains",
    "Hosts",
    "Requirements",
    "FormSettings",
    "Permissions",
    "Rule",
    "DisableEntityHighlighting",
    "VersionOverrides",
];
const OVERRIDES_ORDER: [&str; 5] = ["Description", "Requirements", "Hosts", "Resources", "VersionOverrides"];
const FORM_FACTOR_ORDER: [&str; 3] = ["SupportsSharedFolders", "FunctionFile", "ExtensionPoint"];

/// Everything wrong with a manifest, in words.
fn lint(text: &str, www: &Path) -> Vec<String> {
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => return vec![format!("not XML: {error}")],
    };
    let root = document.root_element();
    let mut found = Vec::new();
    if text.len() > SIZE_LIMIT {
        found.push(format!("larger than {SIZE_LIMIT} bytes"));
    }
    identity(root, &mut found);
    order(root, &ROOT_ORDER, &mut found);
    for overrides in elements(root, "VersionOverrides") {
        order(overrides, &OVERRIDES_ORDER, &mut found);
        resources(overrides, &mut found);
        surfaces(overrides, &mut found);
    }
    for factor in elements(root, "DesktopFormFactor") {
        order(factor, &FORM_FACTOR_ORDER, &mut found);
    }
    nesting(root, &mut found);
    unique_ids(root, &mut found);
    addresses(root, &mut found);
    icons(root, www, &mut found);
    found
}

fn identity(root: Node, found: &mut Vec<String>) {
    let text = |name| child(root, name).and_then(|node| node.text()).unwrap_or_default().to_owned();
    let id = text("Id");
    let guid = id.len() == 36 && id.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    if root.attribute((XSI, "type")) != Some("MailApp") || !guid {
        found.push(format!("not a mail add-in with a GUID: {id}"));
    }
    if text("Version") != env!("CARGO_PKG_VERSION") {
        found.push(format!("version {} is not the release's {}", text("Version"), env!("CARGO_PKG_VERSION")));
    }
    if text("Permissions") != "ReadWriteItem" {
        found.push("asks for another permission than ReadWriteItem".to_owned());
    }
    let set = root.descendants().find(|node| node.has_tag_name_any("Set"));
    if set.and_then(|set| set.attribute("MinVersion")) != Some("1.8") {
        found.push("the base requirement is not Mailbox 1.8".to_owned());
    }
}

/// Reports children that come after one that belongs behind them, and children the schema does not know there.
fn order(parent: Node, wanted: &[&str], found: &mut Vec<String>) {
    let mut last = 0;
    for node in parent.children().filter(Node::is_element) {
        let name = node.tag_name().name();
        match wanted.iter().position(|known| *known == name) {
            None => found.push(format!("{name} does not belong into {}", parent.tag_name().name())),
            Some(at) if at < last => found.push(format!("{name} stands too late")),
            Some(at) => last = at,
        }
    }
}

/// Resources are not inherited: each `VersionOverrides` must define every resid that it uses itself.
fn resources(overrides: Node, found: &mut Vec<String>) {
    let version = overrides.attribute((XSI, "type")).unwrap_or_default();
    let own =
        |node: &Node| node.ancestors().find(|a| a.has_tag_name_any("VersionOverrides")) == Some(overrides);
    let mut defined: BTreeMap<&str, &str> = BTreeMap::new();
    for node in overrides.descendants().filter(own) {
        if ["Image", "Url", "String"].contains(&node.tag_name().name())
            && let Some(id) = node.attribute("id")
        {
            if defined.insert(id, node.attribute("DefaultValue").unwrap_or_default()).is_some() {
                found.push(format!("{version}: resource {id} is defined twice"));
            }
            length(id, RESID_LIMIT, "resource id", found);
            let limit = match node.parent().map(|list| list.tag_name().name()) {
                Some("ShortStrings") => SHORT_LIMIT,
                Some("LongStrings") => LONG_LIMIT,
                _ => usize::MAX,
            };
            length(node.attribute("DefaultValue").unwrap_or_default(), limit, id, found);
        }
    }
    for node in overrides.descendants().filter(own) {
        if let Some(resid) = node.attribute("resid")
            && !defined.contains_key(resid)
        {
            found.push(format!("{version}: resid {resid} is not defined"));
        }
    }
}

/// Both appointment surfaces are there, with the icons every client needs, and nothing asks to be pinned.
fn surfaces(overrides: Node, found: &mut Vec<String>) {
    let Some(hosts) = child(overrides, "Hosts") else {
        found.push("a VersionOverrides without Hosts".to_owned());
        return;
    };
    let points: BTreeSet<&str> =
        elements(hosts, "ExtensionPoint").iter().filter_map(|node| node.attribute((XSI, "type"))).collect();
    for surface in APPOINTMENT_SURFACES {
        if !points.contains(surface) {
            found.push(format!("no {surface}"));
        }
    }
    if !elements(hosts, "SupportsPinning").is_empty() {
        found.push("SupportsPinning, which appointments do not know".to_owned());
    }
    for icon in elements(hosts, "Icon") {
        let sizes: BTreeSet<&str> = icon.children().filter_map(|image| image.attribute("size")).collect();
        for size in ["16", "32", "80"] {
            if !sizes.contains(size) {
                found.push(format!("an icon without size {size}"));
            }
        }
        for image in icon.children().filter(Node::is_element) {
            let size = image.attribute("size").unwrap_or_default();
            if image.attribute("resid") != Some(&format!("Icon.{size}")) {
                found.push(format!("the icon of size {size} shows another image"));
            }
        }
    }
}

fn nesting(root: Node, found: &mut Vec<String>) {
    let types: Vec<_> = elements(root, "VersionOverrides")
        .iter()
        .map(|node| (node.attribute((XSI, "type")), node.parent().map(|parent| parent.tag_name().name())))
        .collect();
    let wanted = [
        (Some("VersionOverridesV1_0"), Some("OfficeApp")),
        (Some("VersionOverridesV1_1"), Some("VersionOverrides")),
    ];
    if types != wanted {
        found.push(format!("VersionOverrides are not 1.0 with 1.1 inside: {types:?}"));
    }
}

fn unique_ids(root: Node, found: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    let controls = root.descendants().filter(|node| ["Group", "Control"].contains(&node.tag_name().name()));
    for id in controls.filter_map(|node| node.attribute("id")) {
        if !seen.insert(id) {
            found.push(format!("id {id} is used twice"));
        }
        length(id, SHORT_LIMIT, "control id", found);
    }
}

/// Every address is https and on the add-in's own host.
fn addresses(root: Node, found: &mut Vec<String>) {
    let mut hosts = BTreeSet::new();
    let values = root.descendants().filter_map(|node| node.attribute("DefaultValue"));
    for value in values.filter(|value| value.contains("://")) {
        match value.strip_prefix("https://").and_then(|rest| rest.split_once('/')) {
            Some((host, _)) => drop(hosts.insert(host)),
            None => found.push(format!("{value} is not https")),
        }
    }
    if hosts.len() != 1 {
        found.push(format!("addresses on several hosts: {hosts:?}"));
    }
    for domain in elements(root, "AppDomain") {
        let origin = domain.text().unwrap_or_default();
        let host = origin.strip_prefix("https://").unwrap_or_default();
        if host.is_empty() || host.contains(['/', '*']) {
            found.push(format!("AppDomain {origin} is not a plain https origin"));
        }
    }
}

/// Every image file exists and has the pixels its place promises.
fn icons(root: Node, www: &Path, found: &mut Vec<String>) {
    let mut promised = Vec::new();
    for (name, size) in [("IconUrl", 64), ("HighResolutionIconUrl", 128)] {
        promised.push((child(root, name).and_then(|node| node.attribute("DefaultValue")), size));
    }
    for image in
        root.descendants().filter(|node| node.has_tag_name_any("Image") && node.attribute("id").is_some())
    {
        let size = image.attribute("id").and_then(|id| id.strip_prefix("Icon."));
        promised
            .push((image.attribute("DefaultValue"), size.and_then(|size| size.parse().ok()).unwrap_or(0)));
    }
    for (url, size) in promised {
        let file = url.and_then(|url| url.strip_prefix("https://")?.split_once('/')).map(|(_, path)| path);
        let seen = file.and_then(|file| png_size(&www.join(file)));
        if seen != Some((size, size)) {
            found.push(format!("{} should be a PNG of {size} pixels, is {seen:?}", url.unwrap_or_default()));
        }
    }
}

/// Width and height from a PNG's header.
fn png_size(file: &Path) -> Option<(u32, u32)> {
    let bytes = std::fs::read(file).ok()?;
    let header = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let number = |at: usize| Some(u32::from_be_bytes(header.get(at..at + 4)?.try_into().ok()?));
    Some((number(8)?, number(12)?))
}

fn length(text: &str, limit: usize, what: &str, found: &mut Vec<String>) {
    if text.chars().count() > limit {
        found.push(format!("{what} is longer than {limit}: {text}"));
    }
}

fn child<'a, 'i>(parent: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    parent.children().find(|node| node.has_tag_name_any(name))
}

fn elements<'a, 'i>(below: Node<'a, 'i>, name: &str) -> Vec<Node<'a, 'i>> {
    below.descendants().filter(|node| node.has_tag_name_any(name)).collect()
}

/// Names are compared without their namespace: the two `VersionOverrides` live in different ones.
trait LocalName {
    fn has_tag_name_any(&self, name: &str) -> bool;
}

impl LocalName for Node<'_, '_> {
    fn has_tag_name_any(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn manifest() -> String {
    std::fs::read_to_string(root().join("manifest.xml")).unwrap()
}

#[track_caller]
fn check_breach(from: &str, to: &str, finding: &str) {
    let broken = manifest().replacen(from, to, 1);
    assert_ne!(broken, manifest(), "the manifest has no {from}");
    let found = lint(&broken, &root().join("www"));
    assert!(found.iter().any(|line| line.contains(finding)), "{finding} was not found: {found:?}");
}

#[test]
fn outlook_can_install_the_manifest() {
    assert_eq!(lint(&manifest(), &root().join("www")), Vec::<String>::new());
}

#[test]
fn elements_out_of_order_are_found() {
    check_breach("  <Permissions>ReadWriteItem</Permissions>\n", "", "another permission");
    let moved = manifest().replacen("  <Version>0.1.0</Version>\n", "", 1).replacen(
        "  <DefaultLocale>",
        "  <DefaultLocale>en-US</DefaultLocale>\n  <Version>0.1.0</Version>\n  <DefaultLocale>",
        1,
    );
    let found = lint(&moved, &root().join("www"));
    assert!(found.contains(&"Version stands too late".to_owned()), "{found:?}");
}

#[test]
fn resources_that_are_missing_long_or_doubled_are_found() {
    check_breach("resid=\"Pane.Url\"", "resid=\"Pane.Address\"", "resid Pane.Address is not defined");
    check_breach(
        "String id=\"Button.Tip\"",
        "String id=\"Button.Tip.With.A.Name.Past.32.Characters\"",
        "longer than 32",
    );
    check_breach("id=\"Attendee.Button.V11\"", "id=\"Attendee.Button.V10\"", "used twice");
    check_breach(
        "DefaultValue=\"Save to Salesforce\"",
        &format!("DefaultValue=\"{}\"", "S".repeat(126)),
        "longer than 125",
    );
}

#[test]
fn addresses_without_https_or_on_a_second_host_are_found() {
    check_breach("https://localhost:3000/index.html", "http://localhost:3000/index.html", "is not https");
    check_breach(
        "https://localhost:3000/index.html",
        "https://elsewhere.example/index.html",
        "several hosts",
    );
    check_breach(
        "<AppDomain>https://localhost:3000<",
        "<AppDomain>https://localhost:3000/<",
        "plain https origin",
    );
}

#[test]
fn icons_of_the_wrong_size_are_found() {
    check_breach("icons/icon-128.png", "icons/icon-64.png", "PNG of 128 pixels");
    check_breach("icons/icon-16.png", "icons/icon-17.png", "PNG of 16 pixels");
}

#[test]
fn pinning_is_not_asked_for_on_appointments() {
    check_breach(
        "<SourceLocation resid=\"Pane.Url\"/>",
        "<SourceLocation resid=\"Pane.Url\"/><SupportsPinning>true</SupportsPinning>",
        "SupportsPinning",
    );
}
