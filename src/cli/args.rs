//! What the program can be told: the types that clap reads the arguments into, with the help people see.

pub mod compare;
mod limits;
mod profiles;

use super::contract;
use super::network::AllowedHost;
use crate::dialect::{Dialect, ErrorMode};
use crate::report::MessageFormat;
use crate::time::Time;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::num::NonZeroUsize;
use std::path::PathBuf;

pub use limits::LimitArguments;
pub use profiles::{Import, Profiles};

/// Render, check and test the webhook bodies of customer-engagement platforms
///
/// Carafe reads Liquid as Braze does, or as plain Liquid 5.13 does. It renders a template with data, checks that the
/// body is the JSON its receiver expects, and leads every finding back to the place in the template that caused it.
///
/// The body goes to standard output, everything else to standard error.
#[derive(Debug, Parser)]
#[command(name = "carafe", version, help_expected = true, after_long_help = EXIT_STATUS)]
#[command(arg_required_else_help = true, max_term_width = 100)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_STATUS: &str = "\
Exit status:
  0    good; warnings alone are good
  1    findings: in the body or the request, by `check`, or a case differs
  2    usage, a file, the project, or the data
  3    the template: it does not parse, or an error is printed into a JSON body or under --strict
  4    a limit was met
  5    the template aborted the message
  70   a bug in Carafe
  130  interrupted by Ctrl-C";

const BATCH_EXIT_STATUS: &str = "\
Exit status:
  0    every row has a body, or its template aborted the message
  1    rows have failed
  2    usage, a file, the project, or a file that cannot be read or written to its end
  3    the template does not parse
  70   a bug in Carafe
  130  interrupted by Ctrl-C";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Render a template and check the body
    ///
    /// Only the body is written to standard output, and only if nothing is wrong with it.
    ///
    /// Example: carafe render welcome.json.liquid --profile ada.json --event signed-up.json
    #[command(after_long_help = EXIT_STATUS)]
    Render(Box<Render>),
    /// Report everything wrong or doubtful about templates, without data, and about finished bodies
    ///
    /// Unknown filters are errors here. The status is 1 if anything was found.
    ///
    /// Example: carafe check templates/*.liquid
    Check(Check),
    /// Render a template for each row of a file, to one body a line
    ///
    /// The rows are NDJSON: documents of data, users as Braze exports them, or events, one a line. The bodies come in the
    /// order of the rows, JSON without line breaks and text as a JSON string; a row without a body gives `null` and is
    /// reported. Files whose names end with `.gz` or `.zst` are compressed.
    ///
    /// Example: carafe batch welcome.json.liquid --rows users.ndjson -o bodies.ndjson
    #[command(after_long_help = BATCH_EXIT_STATUS)]
    Batch(Box<Batch>),
    /// Prepare profiles for `carafe batch --profiles`
    ///
    /// A store on the disk is for more profiles than fit into memory.
    ///
    /// Example: carafe profiles import users.ndjson --key external_id -o profiles.db
    #[command(subcommand)]
    Profiles(Profiles),
    /// List the variables and attributes that a template reads, with places
    ///
    /// The list goes to standard output: what is read, where, and whether every place has a `default` filter.
    ///
    /// Example: carafe vars movable-ink/product_viewed
    Vars(Vars),
    /// Compare what another engine makes of a template
    ///
    /// Both render the template with the same data. The status is 1 if the outcomes differ; then the difference is
    /// written, and why it is there.
    ///
    /// Example: carafe compare welcome.liquid --with liquid --data ada.json
    #[cfg(feature = "liquid")]
    Compare(compare::Compare),
    /// Run the recorded cases of webhooks
    ///
    /// A case renders its webhook with recorded data at a recorded time; body and findings must be the recorded ones.
    /// The status is 1 if any differs.
    ///
    /// Example: carafe test templates
    Test(Test),
    /// Write a script that completes arguments in a shell
    ///
    /// The script goes to standard output. Put it where your shell looks for completions.
    ///
    /// Example: carafe completions bash > ~/.local/share/bash-completion/completions/carafe
    Completions(Completions),
}

/// What a namespace is that the data lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum MissingNamespace {
    /// An error that ends the render
    Error,
    /// Empty, with a warning
    Empty,
}

/// `carafe render`.
#[derive(Debug, Args)]
pub struct Render {
    /// File, folder of a webhook, `-`, or name of an embedded example
    ///
    /// A file is a template. A folder with a `webhook.toml` is a webhook: its template, dialect and kind of body are
    /// taken, and its first case where no data is given; so is an embedded example, such as
    /// `movable-ink/product_viewed`. `-` reads the template from standard input. A file wins over an example of the
    /// same name.
    pub template: String,
    #[command(flatten)]
    pub language: Language,
    /// Take the data from this file
    ///
    /// A JSON object. In the braze dialect its keys are `profile`, the namespaces such as `custom_attribute` and
    /// `event_properties`, and `vars` for plain variables; in the liquid dialect every key is a variable. `-` reads
    /// standard input.
    ///
    /// Of the sources of data the later one wins: --data, the event's user id and e-mail, --profile, the event's
    /// properties, -D.
    ///
    /// Example: --data customer.json
    #[arg(long, value_name = "FILE")]
    pub data: Option<String>,
    /// Take the user's profile from this file
    ///
    /// A JSON object of a user as Braze exports it, custom attributes included. `-` reads standard input.
    ///
    /// Example: --profile ada.json
    #[arg(long, value_name = "FILE")]
    pub profile: Option<String>,
    /// Take the event from this file; `FILE#2` takes its second
    ///
    /// A JSON object of one event, or a batch as it is sent to Braze or posted by Braze Currents, Momentum or SparkPost, of
    /// which `#2` takes the second. `-` reads standard input.
    ///
    /// Example: --event batch.json#2
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    pub event: Option<String>,
    /// Set one value: NAME=TEXT or NAME:=JSON
    ///
    /// The name is a path in the data file, such as `custom_attribute.plan` or `event_properties.items[0].id`, or as the
    /// template writes it: `${first_name}`, `custom_attribute.${plan}`. It wins over all files and may be given many times.
    ///
    /// Example: -D profile.first_name=Ada -D 'event_properties.price:=19.9'
    #[arg(short = 'D', long = "define", value_name = "NAME=TEXT", allow_hyphen_values = true)]
    pub define: Vec<String>,
    /// Render at this time instead of the clock's (RFC 3339)
    ///
    /// What `'now'` is in the template.
    ///
    /// Example: --now 2026-03-01T09:30:00+01:00
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub now: Option<Time>,
    /// Use the data and the clock of this case of the webhook
    ///
    /// Without it a webhook uses its first case, unless --data, --profile or --event is given.
    ///
    /// Example: --case without-price
    #[arg(long, value_name = "NAME")]
    pub case: Option<String>,
    /// What a namespace is that the data lacks, where missing values end the render
    ///
    /// Customer.io fails a delivery that prints something missing. For a whole namespace that a workflow does not have, such
    /// as `trigger` where an event starts it, customers tell of empty values instead.
    ///
    /// Example: --missing-namespace empty
    #[arg(long, value_name = "RESULT", default_value = "error", hide_short_help = true)]
    pub missing_namespace: MissingNamespace,
    #[command(flatten)]
    pub partials: Partials,
    /// Let `connected_content` ask this host; without it nothing is asked
    ///
    /// What the data stands in for is never asked. Only `http` to port 80 and `https` to port 443, unless HOST is
    /// `HOST:PORT`; no redirects, at most 2 seconds and 1 MB, and no address of a private network unless HOST is that
    /// address or `localhost`. May be given many times.
    ///
    /// Example: --allow-host api.example.com
    #[arg(long, value_name = "HOST", value_parser = host)]
    pub allow_host: Vec<AllowedHost>,
    /// Let random numbers start from this; 0 unless given
    ///
    /// The same number gives the same render.
    ///
    /// Example: --seed 7
    #[arg(long, value_name = "NUMBER")]
    pub seed: Option<u64>,
    #[command(flatten)]
    pub requests: ShowRequests,
    /// Make errors of undefined variables, unknown filters, wrong types
    ///
    /// Without it they are warnings, and the body is what the platform would send.
    ///
    /// Example: carafe render welcome.liquid --strict
    #[arg(long)]
    pub strict: bool,
    /// What the body is: auto, json (checked) or text
    ///
    /// `auto` takes it for JSON when the template's name ends with `.json.liquid`, the webhook says so, or the body looks
    /// like it, which is then said on standard error. `json` checks the body, `text` never does.
    ///
    /// Example: --format json
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Auto, hide_possible_values = true)]
    pub format: Format,
    /// Write the whole request: method, URL, headers and body
    ///
    /// All of them are rendered with the same data and checked. Only a webhook has a request.
    ///
    /// Example: carafe render movable-ink/product_viewed --request
    #[arg(long)]
    pub request: bool,
    /// Write the request for another program: curl, har, braze-webhook-object or json
    ///
    /// `curl` is a command for a shell, in which secrets are environment variables; `har` an HTTP archive;
    /// `braze-webhook-object` what Braze's messaging API takes; `json` one object with `method`, `url`, `headers` and
    /// `body`. Implies --request.
    ///
    /// Example: --as curl
    #[arg(long = "as", value_name = "FORM", value_enum, hide_possible_values = true)]
    pub form: Option<As>,
    /// Check the body against what its receiver expects: a name or a schema file
    #[arg(long, value_name = "NAME|FILE", long_help = contract::help())]
    pub contract: Option<String>,
    /// Write the body to this file instead of standard output
    ///
    /// The file is replaced as a whole or not at all, and never if it is an input.
    ///
    /// Example: -o body.json
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write the body even if something is wrong with it
    ///
    /// The findings and the exit status stay. There is no body where the template does not parse, aborts the message or
    /// meets a limit.
    ///
    /// Example: carafe render broken.json.liquid --force
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub limits: LimitArguments,
    #[command(flatten)]
    pub messages: Messages,
}

/// `carafe batch`.
#[derive(Debug, Args)]
pub struct Batch {
    /// File, folder of a webhook, `-`, or name of an embedded example
    ///
    /// As for `render`. Of a webhook the body is rendered.
    pub template: String,
    #[command(flatten)]
    pub language: Language,
    /// Take the rows from this file: one JSON object a line
    ///
    /// The number of a row is that of its line. `-` reads standard input.
    ///
    /// Example: --rows users.ndjson.gz
    #[arg(long, value_name = "FILE")]
    pub rows: String,
    /// What the rows are: auto, data, users or events
    ///
    /// `data` are documents as for `render --data`, `users` as for --profile, `events` as for --event. `auto` looks at the
    /// first row and says what it took it for; with --profiles the rows are events.
    ///
    /// Example: --rows-are users
    #[arg(long, value_name = "KIND", value_enum, default_value_t = RowsAre::Auto, hide_possible_values = true)]
    pub rows_are: RowsAre,
    /// Join each row to a profile of this file: NDJSON, or a store that `profiles import` has made
    ///
    /// A file whose name ends with `.db` is a store; any other is read into memory. A row without a profile fails.
    ///
    /// Example: --profiles users.ndjson --join external_id
    #[arg(long, value_name = "FILE", requires = "join")]
    pub profiles: Option<String>,
    /// Join by this key, which rows and profiles have
    ///
    /// A name, or names with dots between them. Of events of Braze Currents and Momentum `external_id`, `email` and
    /// `braze_id` are found wherever they stand there.
    ///
    /// Example: --join external_id
    #[arg(long, value_name = "KEY", requires = "profiles")]
    pub join: Option<String>,
    /// Set one value in every row: NAME=TEXT or NAME:=JSON
    ///
    /// As for `render`; it wins over the row.
    ///
    /// Example: -D vars.campaign=spring
    #[arg(short = 'D', long = "define", value_name = "NAME=TEXT", allow_hyphen_values = true)]
    pub define: Vec<String>,
    /// Render at this time instead of the clock's (RFC 3339)
    ///
    /// Without it each row is rendered at its own time.
    ///
    /// Example: --now 2026-03-01T09:30:00+01:00
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub now: Option<Time>,
    /// What a namespace is that the data lacks, where missing values end the render
    ///
    /// As for `render`.
    ///
    /// Example: --missing-namespace empty
    #[arg(long, value_name = "RESULT", default_value = "error", hide_short_help = true)]
    pub missing_namespace: MissingNamespace,
    #[command(flatten)]
    pub partials: Partials,
    /// Let random numbers start from this in every row; 0 unless given
    ///
    /// As for `render`.
    ///
    /// Example: --seed 7
    #[arg(long, value_name = "NUMBER")]
    pub seed: Option<u64>,
    /// What bodies are: auto, json or text
    ///
    /// What `render --format` says of one body: `auto` takes them for JSON when the template's name ends with
    /// `.json.liquid` or the webhook says so, and else each that looks like it.
    ///
    /// Example: --expect json
    #[arg(long, value_name = "KIND", value_enum, default_value_t = Format::Auto, hide_possible_values = true)]
    pub expect: Format,
    /// Check every body as `render` does: also whether the data changed the structure of the JSON
    ///
    /// Without it a body must be valid JSON, and no more is asked. It takes about half again as long.
    ///
    /// Example: carafe batch welcome.json.liquid --rows users.ndjson --check
    #[arg(long)]
    pub check: bool,
    /// How lines are written: bodies or full
    ///
    /// `bodies` writes the body, or `null`; `full` an object with `row`, `id`, and `body`, `error` or `aborted`.
    ///
    /// Example: --format full
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = LineFormat::Bodies, hide_possible_values = true)]
    pub format: LineFormat,
    /// Name rows by this key in reports and with --format full
    ///
    /// Without it by the key they are joined by, or the `external_id` of users and events.
    ///
    /// Example: --id profile.user_id
    #[arg(long, value_name = "KEY")]
    pub id: Option<String>,
    /// Leave out the lines of rows without a body
    ///
    /// Then lines no longer belong to rows by their number.
    ///
    /// Example: carafe batch welcome.json.liquid --rows users.ndjson --skip-failed
    #[arg(long)]
    pub skip_failed: bool,
    /// Write rows without a body to this file, with the reason
    ///
    /// One JSON object a line: `row`, `id`, `code`, `message`, `file`, `line`, `column`, and as `input` the row.
    ///
    /// Example: --rejects rejects.ndjson
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
    /// Write the bodies to this file instead of standard output
    ///
    /// Lines are written as they come. A file that holds something is refused without --resume or --force.
    ///
    /// Example: -o bodies.ndjson.zst
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Go on where an earlier run was cut off
    ///
    /// As many rows are passed over as the output has whole lines. The result is what one run would have written, if
    /// template and rows are the same.
    ///
    /// Example: carafe batch welcome.json.liquid --rows users.ndjson -o bodies.ndjson --resume
    #[arg(long, requires = "output", conflicts_with_all = ["skip_failed", "force"])]
    pub resume: bool,
    /// Write over files that hold something
    ///
    /// Never over an input.
    ///
    /// Example: carafe batch welcome.json.liquid --rows users.ndjson -o bodies.ndjson --force
    #[arg(long)]
    pub force: bool,
    /// Work on so many threads; as many as there are cores unless given
    ///
    /// The lines are the same on any number.
    ///
    /// Example: --threads 2
    #[arg(long, value_name = "NUMBER")]
    pub threads: Option<NonZeroUsize>,
    #[command(flatten)]
    pub limits: LimitArguments,
    #[command(flatten)]
    pub messages: Messages,
}

/// `carafe check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Files, folders of webhooks, `-`, or names of embedded examples
    ///
    /// As for `render`. Every one is checked, whatever the others hold.
    #[arg(required_unless_present = "body", value_name = "TEMPLATE")]
    pub templates: Vec<String>,
    /// Check a finished body: that it is JSON, and that it is what its receiver expects
    ///
    /// Findings point into the file. `-` reads standard input.
    ///
    /// Example: carafe check --body sent.json --contract movable-ink
    #[arg(long, value_name = "FILE")]
    pub body: Option<String>,
    /// Check the body against what its receiver expects: a name or a schema file
    #[arg(long, value_name = "NAME|FILE", long_help = contract::help(), requires = "body")]
    pub contract: Option<String>,
    /// Judge the age of the body's events at this time (RFC 3339)
    ///
    /// Without it a body may be of any age.
    ///
    /// Example: --now 2026-03-01T09:30:00+01:00
    #[arg(long, value_name = "TIME", value_parser = time, requires = "body")]
    pub now: Option<Time>,
    #[command(flatten)]
    pub language: Language,
    #[command(flatten)]
    pub partials: Partials,
    #[command(flatten)]
    pub limits: LimitArguments,
    #[command(flatten)]
    pub messages: Messages,
}

/// `carafe vars`.
#[derive(Debug, Args)]
pub struct Vars {
    /// File, folder of a webhook, `-`, or name of an embedded example
    ///
    /// As for `render`.
    pub template: String,
    /// Write a JSON Schema of the data that is needed instead of the list
    #[arg(long)]
    pub schema: bool,
    #[command(flatten)]
    pub language: Language,
    #[command(flatten)]
    pub limits: LimitArguments,
    /// How findings and the list are written: full, concise or json
    ///
    /// `full` and `concise` give a table, `json` one JSON object; findings are written as for the other commands.
    ///
    /// Example: --message-format json
    #[arg(
        long,
        value_name = "FORMAT",
        value_parser = message_formats(),
        default_value = "full",
        hide_possible_values = true
    )]
    pub message_format: MessageFormat,
}

/// `carafe test`.
#[derive(Debug, Args)]
pub struct Test {
    /// Folders of webhooks, or that hold some; the current one if none is given
    ///
    /// A folder with a `webhook.toml` is a webhook, others are searched. What is no folder can be the name of embedded
    /// examples, such as `movable-ink`.
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,
    /// Record what the webhooks give now as what the cases expect
    ///
    /// Refused where the environment variable CI is set to anything but `false` or `0`, so that a build cannot accept
    /// its own differences.
    ///
    /// Example: carafe test templates/welcome --update
    #[arg(long)]
    pub update: bool,
    #[command(flatten)]
    pub requests: ShowRequests,
    #[command(flatten)]
    pub limits: LimitArguments,
    #[command(flatten)]
    pub messages: Messages,
}

/// `carafe completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell to complete for
    ///
    /// Each has its own script.
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// How templates are read.
#[derive(Debug, Args)]
pub struct Language {
    /// The template's Liquid: braze (or as the webhook says), liquid, customerio, customerio-legacy or clevertap
    ///
    /// `braze` has `${attributes}` and Braze's filters and tags, `liquid` is Liquid 5.13; the others are Customer.io's two
    /// engines and CleverTap's.
    ///
    /// Example: --dialect liquid
    #[arg(long, value_name = "NAME", value_parser = dialects(), hide_possible_values = true)]
    pub dialect: Option<&'static Dialect>,
    /// How forgiving the parser is: lax, strict or strict2
    ///
    /// Unless given, lax, and strict in the dialect customerio. `lax` reads markup that makes no sense as far as it does,
    /// `strict` follows the grammar of Liquid 4 and 5, `strict2` that of Liquid 5.13 to the end of every tag.
    ///
    /// Example: --error-mode strict2
    #[arg(long, value_name = "MODE", value_parser = error_modes(), hide_possible_values = true)]
    pub error_mode: Option<ErrorMode>,
}

/// Where partials come from.
#[derive(Debug, Args)]
pub struct Partials {
    /// Take partials from this folder; without it there are none
    ///
    /// `{% render 'footer' %}` reads `footer.liquid` in it. Nothing outside the folder is read. Only the liquid dialect
    /// has partials.
    ///
    /// Example: --dialect liquid --partials snippets
    #[arg(long = "partials", value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

/// Whether requests are shown.
#[derive(Debug, Args)]
pub struct ShowRequests {
    /// Show every request that `connected_content` makes
    ///
    /// Method, URL, who answered, the status and the begin of the answer go to standard error. Headers that hold
    /// credentials are hidden.
    ///
    /// Example: --show-requests
    #[arg(long = "show-requests")]
    pub show: bool,
}

/// How findings are written.
#[derive(Debug, Args)]
pub struct Messages {
    /// How findings are written: full, concise or json
    ///
    /// `full` draws each with the lines it is about, `concise` writes one line each, `json` one JSON object a line.
    ///
    /// Example: --message-format concise
    #[arg(
        long,
        value_name = "FORMAT",
        value_parser = message_formats(),
        default_value = "full",
        hide_possible_values = true
    )]
    pub message_format: MessageFormat,
}

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// JSON if name, webhook or look of the body say so
    Auto,
    /// The body is checked to be JSON
    Json,
    /// The body is not checked
    Text,
}

/// What rows are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RowsAre {
    /// What the first row looks like
    Auto,
    /// Documents of data
    Data,
    /// Users
    Users,
    /// Events
    Events,
}

/// How lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LineFormat {
    /// The body
    Bodies,
    /// An object with the row's number
    Full,
}

/// What a request is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum As {
    /// A command for a POSIX shell
    Curl,
    /// An HTTP archive
    Har,
    /// The object of Braze's messaging API
    BrazeWebhookObject,
    /// One JSON object
    Json,
}

fn dialects() -> impl TypedValueParser<Value = &'static Dialect> {
    PossibleValuesParser::new(Dialect::all().map(|dialect| dialect.name))
        .try_map(|name| Dialect::find(&name).ok_or("no such dialect"))
}

fn error_modes() -> impl TypedValueParser<Value = ErrorMode> {
    PossibleValuesParser::new([ErrorMode::Lax, ErrorMode::Strict, ErrorMode::Strict2].map(ErrorMode::name))
        .try_map(|name| name.parse().map_err(|()| "no such mode"))
}

fn message_formats() -> impl TypedValueParser<Value = MessageFormat> {
    PossibleValuesParser::new(MessageFormat::ALL.map(MessageFormat::name))
        .try_map(|name| name.parse::<MessageFormat>())
}

fn host(text: &str) -> Result<AllowedHost, String> {
    AllowedHost::read(text)
}

fn time(text: &str) -> Result<Time, &'static str> {
    Time::from_rfc3339(text).ok_or("write a time as RFC 3339 does, such as 2026-03-01T09:30:00Z")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn every_argument_makes_sense_and_has_help() {
        Arguments::command().debug_assert();
    }
}
