//! The tags that Customer.io adds to the language.

use super::{Read, Tag, TagKind};
use crate::dialect::DialectSet;
use crate::syntax::ast::{Name, NodeKind, VendorMarkup};
use crate::syntax::context::{Context, Place};
use crate::syntax::fallback::Fallback;
use crate::syntax::markup::Grammar;
use crate::syntax::scan::TagPiece;

const CUSTOMERIO: DialectSet = DialectSet::CUSTOMERIO.union(DialectSet::CUSTOMERIO_LEGACY);

/// A tag whose value only the platform knows: it is taken from `tags` in the data.
const fn stand_in(name: &'static str, description: &'static str, example: &'static str) -> Tag {
    Tag {
        name,
        kind: TagKind::Inline,
        dialects: CUSTOMERIO,
        description,
        example,
        output: "",
        read: Read::Node(|context, piece| {
            let text = context.slice(piece.name).to_owned();
            Some(NodeKind::Vendor(VendorMarkup::StandIn(Name { text, span: piece.name })))
        }),
    }
}

pub(super) const CIO_LINK: Tag = stand_in(
    "cio_link",
    "Writes a tracked link; the data says it under `tags.cio_link`.",
    "{% cio_link url:https://example.com track:true %}",
);
pub(super) const CIO_LINK_ID: Tag = stand_in(
    "cio_link_id",
    "Writes the id of a tracked link; the data says it under `tags.cio_link_id`.",
    "{% cio_link_id %}",
);
pub(super) const VIEW_IN_BROWSER_URL: Tag = stand_in(
    "view_in_browser_url",
    "Writes the address of the message in a browser; the data says it under `tags.view_in_browser_url`.",
    "{% view_in_browser_url %}",
);
pub(super) const UNSUBSCRIBE: Tag = stand_in(
    "unsubscribe",
    "Writes a link to unsubscribe; the data says it under `tags.unsubscribe`.",
    "{% unsubscribe %}",
);
pub(super) const UNSUBSCRIBE_URL: Tag = stand_in(
    "unsubscribe_url",
    "Writes the address to unsubscribe at; the data says it under `tags.unsubscribe_url`.",
    "{% unsubscribe_url %}",
);
pub(super) const MANAGE_PREFERENCES_URL: Tag = stand_in(
    "manage_subscription_preferences_url",
    "Writes the address of the subscription centre; the data says it under `tags.manage_subscription_preferences_url`.",
    "{% manage_subscription_preferences_url %}",
);
pub(super) const TRACKING_CONSENT_URL: Tag = stand_in(
    "tracking_consent_url",
    "Writes the address to consent to tracking at; the data says it under `tags.tracking_consent_url`.",
    "{% tracking_consent_url %}",
);
pub(super) const SUBSCRIPTION_TOPIC_NAME: Tag = stand_in(
    "subscription_topic_name",
    "Writes the name of the message's topic; the data says it under `tags.subscription_topic_name`.",
    "{% subscription_topic_name %}",
);
pub(super) const COUNTDOWN: Tag =
    stand_in("countdown", "Writes a countdown; the data says it under `tags.countdown`.", "{% countdown %}");

pub(super) const GENERATE_UUID: Tag = Tag {
    name: "generate_uuid",
    kind: TagKind::Inline,
    dialects: CUSTOMERIO,
    description: "Writes a new UUID of version 4, which depends on the seed alone.",
    example: "{% capture id %}{% generate_uuid %}{% endcapture %}{{ id | size }}",
    output: "36",
    read: Read::Node(|_, _| Some(NodeKind::Vendor(VendorMarkup::Uuid))),
};

pub(super) const RENDER_LIQUID: Tag = Tag {
    name: "render_liquid",
    kind: TagKind::Inline,
    dialects: CUSTOMERIO,
    description: "Renders the text of an attribute as Liquid, with the variables of the template.",
    example: "{% assign who = 'Ada' %}{% assign text = 'Hi {{ who }}' %}{% render_liquid text %}",
    output: "Hi Ada",
    read: Read::Node(render_liquid),
};

fn render_liquid(context: &mut Context, piece: &TagPiece) -> Option<NodeKind> {
    let span = piece.markup;
    let text =
        context.read(Place::Other, span, span.from(), Grammar::case_subject, Fallback::case_subject)?;
    Some(NodeKind::Vendor(VendorMarkup::RenderLiquid(Box::new(text))))
}
