use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::DecodeError;
use crate::limits::{MAX_DEPTH, MAX_ITEMS};

/// An element with its content. Names are without their prefixes: AWS never tells two names apart by namespace.
#[derive(Debug, Default)]
pub(crate) struct Element<'a> {
    pub(crate) name: Cow<'a, str>,
    /// With their prefixes (`xsi:type`), namespace declarations left out.
    pub(crate) attributes: Vec<(Cow<'a, str>, String)>,
    pub(crate) children: Vec<Element<'a>>,
    /// All text directly inside, joined.
    pub(crate) text: Cow<'a, str>,
}

fn bad(why: &str) -> DecodeError {
    DecodeError::new(format!("The XML is not well-formed: {why}"))
}

fn utf8<'a>(bytes: Cow<'a, [u8]>) -> Result<Cow<'a, str>, DecodeError> {
    match bytes {
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|_| bad("not UTF-8")),
        Cow::Owned(bytes) => String::from_utf8(bytes).map(Cow::Owned).map_err(|_| bad("not UTF-8")),
    }
}

/// Line ends as XML demands that a reader sees them.
fn lines(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")) } else { text }
}

fn reference(entity: &BytesRef<'_>) -> Result<char, DecodeError> {
    if let Some(letter) = entity.resolve_char_ref().map_err(|_| bad("a character reference names no character"))? {
        return Ok(letter);
    }
    match &**entity {
        b"lt" => Ok('<'),
        b"gt" => Ok('>'),
        b"amp" => Ok('&'),
        b"quot" => Ok('"'),
        b"apos" => Ok('\''),
        _ => Err(bad("an entity is not one of the five predefined ones")),
    }
}

impl<'a> Element<'a> {
    /// The root element of a document. Document types and entities beyond the predefined are refused.
    pub(crate) fn read(document: &'a [u8]) -> Result<Self, DecodeError> {
        let document = std::str::from_utf8(document).map_err(|_| bad("not UTF-8"))?;
        let mut reader = Reader::from_str(document.trim_start_matches('\u{feff}'));
        let mut open: Vec<Element<'a>> = Vec::new();
        let mut root = None;
        let mut count = 0usize;
        loop {
            match reader.read_event().map_err(|_| bad("its tags do not match or are broken"))? {
                Event::Start(start) => {
                    count += 1;
                    if root.is_some() {
                        return Err(bad("more than one root"));
                    }
                    if open.len() == MAX_DEPTH || count > MAX_ITEMS {
                        return Err(bad("nested too deeply or too large"));
                    }
                    open.push(Self::start(&start)?);
                }
                Event::Empty(start) => {
                    count += 1;
                    if root.is_some() {
                        return Err(bad("more than one root"));
                    }
                    if open.len() == MAX_DEPTH || count > MAX_ITEMS {
                        return Err(bad("nested too deeply or too large"));
                    }
                    close(Self::start(&start)?, &mut open, &mut root);
                }
                Event::End(_) => {
                    let element = open.pop().ok_or_else(|| bad("an end without a start"))?;
                    close(element, &mut open, &mut root);
                }
                Event::Text(text) => {
                    let text = lines(utf8(text.into_inner())?);
                    match open.last_mut() {
                        Some(element) => element.push(text),
                        None if text.trim().is_empty() => {}
                        None => return Err(bad("text outside of the root")),
                    }
                }
                Event::CData(data) => {
                    let text = lines(utf8(data.into_inner())?);
                    open.last_mut().ok_or_else(|| bad("text outside of the root"))?.push(text);
                }
                Event::GeneralRef(entity) => {
                    let letter = reference(&entity)?;
                    open.last_mut().ok_or_else(|| bad("text outside of the root"))?.text.to_mut().push(letter);
                }
                Event::DocType(_) => return Err(bad("document types are not allowed")),
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
                Event::Eof => break,
            }
        }
        match (root, open.is_empty()) {
            (Some(root), true) => Ok(root),
            _ => Err(bad("it ends too early")),
        }
    }

    fn start(start: &BytesStart<'a>) -> Result<Self, DecodeError> {
        let name = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
        let mut attributes = Vec::new();
        if start.attributes_raw().iter().any(|byte| !byte.is_ascii_whitespace()) {
            for attribute in start.attributes() {
                let attribute = attribute.map_err(|_| bad("an attribute is broken"))?;
                let key = attribute.key.as_ref();
                if key == b"xmlns" || key.starts_with(b"xmlns:") {
                    continue;
                }
                let value = attribute.unescape_value().map_err(|_| bad("an attribute's value is broken"))?;
                attributes.push((String::from_utf8_lossy(key).into_owned().into(), value.into_owned()));
            }
        }
        Ok(Element { name: name.into(), attributes, ..Element::default() })
    }

    fn push(&mut self, text: Cow<'a, str>) {
        if self.text.is_empty() { self.text = text } else { self.text.to_mut().push_str(&text) }
    }

    /// The first child of this name.
    pub(crate) fn child(&self, name: &str) -> Option<&Element<'a>> {
        self.children.iter().find(|child| child.name == name)
    }
}

fn close<'a>(element: Element<'a>, open: &mut [Element<'a>], root: &mut Option<Element<'a>>) {
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None => *root = Some(element),
    }
}
