//! Pages to bytes: glyphs, grounds, pictures, links, and the tree of meaning that ties them together.

use std::num::NonZeroU16;

use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::error::KrillaError;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, SpanTag, TableHeaderScope, Tag,
    TagGroup, TagTree,
};
use krilla::text::{GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};

use crate::fonts::{Press, with_press};
use crate::look::Colour;
use crate::pages::{Page, SIDE};
use crate::paper::{Attachment, Day, Paper, PaperError, Relation, Size as TextSize};
use crate::strips::{Item, Modules, Setter, What};
use crate::tags::{Child, Node, Role, Tags};
use crate::text::Shaped;

/// Writes a paper.
pub(crate) fn write(paper: &Paper) -> Result<Vec<u8>, PaperError> {
    with_press(|press| {
        let mut setter = Setter {
            press,
            look: &paper.look,
            tags: Tags::default(),
            tables: Vec::new(),
        };
        let (width, _) = paper.look.page.points();
        let mut blocks = Vec::new();
        if paper.show_title {
            blocks.push(crate::paper::Block::Heading {
                level: 1,
                text: paper.title.as_str().into(),
                size: TextSize::Title,
            });
            blocks.push(crate::paper::Block::Space(10.0));
        }
        blocks.extend(paper.blocks.iter().cloned());
        let strips = setter.blocks(&blocks, width - 2.0 * SIDE)?;
        let pages = crate::pages::stack(&mut setter, paper, strips);
        let tags = setter.tags;
        let bytes = draw(press, paper, &pages, &tags)?;
        match &paper.factur {
            Some(factur) => crate::xmp::with_factur(&bytes, factur),
            None => Ok(bytes),
        }
    })
}

fn draw(press: &Press, paper: &Paper, pages: &[Page], tags: &Tags) -> Result<Vec<u8>, PaperError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|e| PaperError::Standard(format!("{e:?}")))?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    let mut leaves: Leaves = vec![Vec::new(); tags.leaf_count()];
    let mut marks = Vec::new();
    for (number, page) in pages.iter().enumerate() {
        draw_page(
            &mut document,
            press,
            paper,
            page,
            number,
            &mut leaves,
            &mut marks,
        );
    }
    let mut tree = TagTree::new().with_lang(Some(paper.language.clone()));
    for root in &tags.roots {
        tree.push(group(tags, &tags.nodes[*root], &leaves));
    }
    document.set_tag_tree(tree);
    document.set_outline(outline(&marks));
    document.set_metadata(metadata(paper));
    for attachment in &paper.attachments {
        let file = embedded(attachment, paper.day)?;
        document
            .embed_file(file)
            .ok_or_else(|| PaperError::AttachmentTwice(attachment.name.clone()))?;
    }
    document.finish().map_err(refusal)
}

fn refusal(error: KrillaError) -> PaperError {
    let words = match &error {
        KrillaError::Validation(errors) => {
            let kinds: Vec<String> = errors.iter().map(|(kind, _)| format!("{kind:?}")).collect();
            kinds.join("; ")
        }
        other => other.to_string(),
    };
    PaperError::Standard(words)
}

/// What was drawn for each leaf: its identifiers, and the language when it is not the paper's.
type Leaves = Vec<Vec<(Identifier, Option<String>)>>;

/// Where a heading stands.
struct Mark {
    words: String,
    level: u8,
    page: usize,
    y: f32,
}

fn draw_page(
    document: &mut Document,
    press: &Press,
    paper: &Paper,
    page: &Page,
    number: usize,
    leaves: &mut Leaves,
    marks: &mut Vec<Mark>,
) {
    let (width, height) = paper.look.page.points();
    let Some(settings) = PageSettings::from_wh(width, height) else {
        return;
    };
    let mut sheet = document.start_page_with(settings);
    for item in &page.items {
        if let What::Link {
            width,
            height,
            address,
            words,
            leaf,
        } = &item.what
        {
            let Some(area) = Rect::from_xywh(item.x, item.y, *width, *height) else {
                continue;
            };
            let target = Target::Action(Action::Link(LinkAction::new(address.clone())));
            let link = LinkAnnotation::new(area, target);
            let words = if words.is_empty() { address } else { words };
            let annotation = Annotation::new_link(link, Some(words.clone()));
            let identifier = sheet.add_tagged_annotation(annotation);
            leaves[*leaf].push((identifier, None));
        }
    }
    let mut surface = sheet.surface();
    for item in &page.items {
        match &item.what {
            What::Mark(words, level) => marks.push(Mark {
                words: words.clone(),
                level: *level,
                page: number,
                y: item.y,
            }),
            What::Link { .. } => {}
            What::Ground {
                width,
                height,
                colour,
                ..
            } => draw_ground(&mut surface, item, *width, *height, *colour),
            What::Line { shaped, line, leaf } => {
                draw_line(
                    &mut surface,
                    press,
                    item,
                    shaped,
                    *line,
                    leaf.map(|l| &mut leaves[l]),
                );
            }
            What::Picture {
                logo,
                width,
                height,
                leaf,
            } => {
                let (w, h) = logo.size();
                let image = Image::from_rgba8(logo.rgba().to_vec(), w, h);
                let identifier = surface.start_tagged(ContentTag::Other);
                surface.push_transform(&Transform::from_translate(item.x, item.y));
                if let Some(size) = Size::from_wh(*width, *height) {
                    surface.draw_image(image, size);
                }
                surface.pop();
                surface.end_tagged();
                leaves[*leaf].push((identifier, None));
            }
            What::Modules { code, edge, leaf } => {
                let identifier = surface.start_tagged(ContentTag::Other);
                draw_modules(&mut surface, item, code, *edge);
                surface.end_tagged();
                leaves[*leaf].push((identifier, None));
            }
        }
    }
    surface.finish();
    sheet.finish();
}

fn fill(colour: Colour) -> Fill {
    Fill {
        paint: rgb::Color::new(colour.0, colour.1, colour.2).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::NonZero,
    }
}

fn draw_ground(surface: &mut Surface<'_>, item: &Item, width: f32, height: f32, colour: Colour) {
    let Some(area) = Rect::from_xywh(item.x, item.y, width, height) else {
        return;
    };
    let mut path = PathBuilder::new();
    path.push_rect(area);
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(
        ArtifactType::Layout,
    )));
    surface.set_fill(Some(fill(colour)));
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
    surface.end_tagged();
}

/// Each row's dark runs are one rectangle; the quiet zone is the white around.
#[allow(clippy::cast_precision_loss)]
fn draw_modules(surface: &mut Surface<'_>, item: &Item, code: &Modules, edge: f32) {
    let module = edge / code.side as f32;
    let mut path = PathBuilder::new();
    for (row, modules) in code.dark.chunks(code.side).enumerate() {
        let y = item.y + row as f32 * module;
        let mut column = 0;
        for run in modules.chunk_by(|a, b| a == b) {
            let x = item.x + column as f32 * module;
            let length = run.len() as f32 * module;
            let area = Rect::from_xywh(x, y, length, module);
            if let Some(area) = area.filter(|_| run[0]) {
                path.push_rect(area);
            }
            column += run.len();
        }
    }
    surface.set_fill(Some(fill(Colour(0, 0, 0))));
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

fn draw_line(
    surface: &mut Surface<'_>,
    press: &Press,
    item: &Item,
    shaped: &Shaped,
    line: usize,
    mut leaf: Option<&mut Vec<(Identifier, Option<String>)>>,
) {
    let Some(line) = shaped.layout.get(line) else {
        return;
    };
    let y = item.y + shaped.baseline();
    let mut x = item.x;
    let mut open: Option<u8> = None;
    for run in line.runs() {
        let Some(font) = press.font(run.font().data.id()) else {
            x += run.advance();
            continue;
        };
        let size = run.font_size();
        let mut glyphs: Vec<KrillaGlyph> = Vec::new();
        let mut style = None;
        let mut start = x;
        for cluster in run.visual_clusters() {
            let range = cluster.text_range();
            if shaped.text[range.clone()].starts_with('\n') {
                continue;
            }
            if cluster.is_ligature_continuation() {
                if let Some(glyph) = glyphs.last_mut() {
                    glyph.text_range.end = glyph.text_range.end.max(range.end);
                    glyph.text_range.start = glyph.text_range.start.min(range.start);
                }
                continue;
            }
            let ink = cluster.style().brush;
            if style != Some(ink) {
                if let Some(ink) = style.filter(|_| !glyphs.is_empty()) {
                    begin(
                        surface,
                        shaped,
                        ink.language,
                        &mut open,
                        leaf.as_deref_mut(),
                    );
                    surface.set_fill(Some(fill(ink.colour)));
                    surface.draw_glyphs(
                        Point::from_xy(start, y),
                        &glyphs,
                        font.clone(),
                        &shaped.text,
                        size,
                        false,
                    );
                    glyphs.clear();
                }
                style = Some(ink);
                start = x;
            }
            let advance = cluster.advance();
            let mut own = 0.0;
            for glyph in cluster.glyphs() {
                own += glyph.advance;
                glyphs.push(KrillaGlyph::new(
                    GlyphId::new(glyph.id),
                    glyph.advance / size,
                    glyph.x / size,
                    glyph.y / size,
                    0.0,
                    range.clone(),
                    None,
                ));
            }
            // Letter spacing is the cluster's, not the glyph's.
            if let Some(last) = glyphs.last_mut() {
                last.x_advance += (advance - own) / size;
            }
            x += advance;
        }
        if let Some(ink) = style.filter(|_| !glyphs.is_empty()) {
            begin(
                surface,
                shaped,
                ink.language,
                &mut open,
                leaf.as_deref_mut(),
            );
            surface.set_fill(Some(fill(ink.colour)));
            surface.draw_glyphs(
                Point::from_xy(start, y),
                &glyphs,
                font,
                &shaped.text,
                size,
                false,
            );
        }
    }
    if open.is_some() {
        surface.end_tagged();
    }
}

/// Opens marked content for a language, closing that of another.
fn begin(
    surface: &mut Surface<'_>,
    shaped: &Shaped,
    language: u8,
    open: &mut Option<u8>,
    leaf: Option<&mut Vec<(Identifier, Option<String>)>>,
) {
    if *open == Some(language) {
        return;
    }
    if open.is_some() {
        surface.end_tagged();
    }
    *open = Some(language);
    match leaf {
        Some(leaf) => {
            let identifier = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
            let other = usize::from(language).checked_sub(1);
            let language = other.and_then(|at| shaped.languages.get(at)).cloned();
            leaf.push((identifier, language));
        }
        None => {
            let kind = ArtifactType::PaginationOther;
            surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
        }
    }
}

fn group(tags: &Tags, node: &Node, leaves: &Leaves) -> TagGroup {
    let mut group = match &node.role {
        Role::Section => TagGroup::new(Tag::Section),
        Role::Paragraph => TagGroup::new(Tag::P),
        Role::Heading(level, words) => {
            let level = NonZeroU16::new(u16::from(*level)).unwrap_or(NonZeroU16::MIN);
            TagGroup::new(Tag::Hn(level, Some(words.clone())))
        }
        Role::List => TagGroup::new(Tag::L(ListNumbering::None)),
        Role::Item => TagGroup::new(Tag::LI),
        Role::Label => TagGroup::new(Tag::Lbl),
        Role::Body => TagGroup::new(Tag::LBody),
        Role::Table(summary) => {
            let summary = (!summary.is_empty()).then(|| summary.clone());
            TagGroup::new(Tag::Table.with_summary(summary))
        }
        Role::TableHead => TagGroup::new(Tag::THead),
        Role::TableBody => TagGroup::new(Tag::TBody),
        Role::TableRow => TagGroup::new(Tag::TR),
        Role::ColumnHead => TagGroup::new(Tag::TH(TableHeaderScope::Column)),
        Role::RowHead => TagGroup::new(Tag::TH(TableHeaderScope::Row)),
        Role::Data => TagGroup::new(Tag::TD),
        Role::Figure(alt) => TagGroup::new(Tag::Figure(Some(alt.clone()))),
        Role::Link => TagGroup::new(Tag::Link),
    };
    for child in &node.children {
        match child {
            Child::Node(id) => group.push(self::group(tags, &tags.nodes[*id], leaves)),
            Child::Leaf(leaf) => {
                for (identifier, language) in &leaves[*leaf] {
                    match language {
                        None => group.push(*identifier),
                        Some(language) => {
                            let tag = Tag::Span.with_lang(Some(language.clone()));
                            let mut span = TagGroup::new(tag);
                            span.push(*identifier);
                            group.push(span);
                        }
                    }
                }
            }
        }
    }
    group
}

/// Headings as a tree by their level.
fn outline(marks: &[Mark]) -> Outline {
    fn nodes(marks: &[Mark]) -> Vec<OutlineNode> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < marks.len() {
            let mark = &marks[at];
            let below = marks[at + 1..].iter().take_while(|m| m.level > mark.level);
            let end = at + 1 + below.count();
            let place =
                XyzDestination::new(mark.page, Point::from_xy(SIDE, (mark.y - 6.0).max(0.0)));
            let mut node = OutlineNode::new(mark.words.clone(), place).with_open(true);
            for child in nodes(&marks[at + 1..end]) {
                node.push_child(child);
            }
            found.push(node);
            at = end;
        }
        found
    }
    let mut outline = Outline::new();
    for node in nodes(marks) {
        outline.push_child(node);
    }
    outline
}

fn date(day: Day) -> DateTime {
    DateTime::new(day.year)
        .month(day.month)
        .day(day.day)
        .hour(0)
        .minute(0)
        .second(0)
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

fn metadata(paper: &Paper) -> Metadata {
    let identity = if paper.identity.is_empty() {
        format!("{}/{}", paper.title, paper.day.iso())
    } else {
        paper.identity.clone()
    };
    let mut metadata = Metadata::new()
        .title(crate::text::clean(&paper.title))
        .creator("Quittance".to_owned())
        .producer("Quittance".to_owned())
        .creation_date(date(paper.day))
        .document_id(identity);
    if !paper.language.is_empty() {
        metadata = metadata.language(paper.language.clone());
    }
    if !paper.author.is_empty() {
        metadata = metadata.authors(vec![crate::text::clean(&paper.author)]);
    }
    if !paper.subject.is_empty() {
        metadata = metadata.description(crate::text::clean(&paper.subject));
    }
    metadata
}

fn embedded(attachment: &Attachment, day: Day) -> Result<EmbeddedFile, PaperError> {
    let mime = MimeType::new(&attachment.media_type)
        .ok_or_else(|| PaperError::MediaType(attachment.media_type.clone()))?;
    Ok(EmbeddedFile {
        path: attachment.name.clone(),
        mime_type: Some(mime),
        description: Some(attachment.description.clone()),
        association_kind: match attachment.relation {
            Relation::Alternative => AssociationKind::Alternative,
            Relation::Source => AssociationKind::Source,
            Relation::Data => AssociationKind::Data,
            Relation::Supplement => AssociationKind::Supplement,
        },
        data: attachment.bytes.clone().into(),
        modification_date: Some(date(day)),
        compress: None,
        location: None,
    })
}
