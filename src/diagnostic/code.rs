//! The table of diagnostic codes: every kind of finding there is.

use super::Severity;

/// One kind of finding.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Code {
    /// `area/kebab-name`, stable over releases.
    pub name: &'static str,
    /// How bad it is unless a mode says otherwise.
    pub severity: Severity,
    /// What the finding means, one sentence.
    pub summary: &'static str,
}

macro_rules! codes {
    ($($id:ident = $name:literal $severity:ident $summary:literal;)*) => {
        $(#[doc = $summary]
        pub static $id: Code = Code { name: $name, severity: Severity::$severity, summary: $summary };)*

        /// Every code, ordered by area.
        pub static ALL: &[&Code] = &[$(&$id),*];
    };
}

codes! {
    SYNTAX_ERROR = "syntax/invalid" Error "The markup of a tag or an output does not follow the grammar.";
    SYNTAX_IGNORED = "syntax/ignored" Warning "A part of the markup makes no sense and is ignored, as lax mode does.";
    UNKNOWN_TAG = "syntax/unknown-tag" Error "No tag has this name.";
    UNCLOSED_BLOCK = "syntax/unclosed-block" Error "A block tag has no end tag.";
    UNEXPECTED_TAG = "syntax/unexpected-tag" Error "An end or branch tag stands where no block is open for it.";
    UNCLOSED_TAG = "syntax/unclosed-tag" Error "A `{%` has no `%}`.";
    UNCLOSED_OUTPUT = "syntax/unclosed-output" Error "A `{{` has no `}}`.";
    UNKNOWN_OPERATOR = "syntax/unknown-operator" Warning "A condition uses an operator that Liquid does not have.";
    UNCLOSED_QUOTE = "syntax/unclosed-quote" Warning "A quote has no twin, so that no text begins there.";
    MISSING_COLON = "syntax/missing-colon" Warning "A colon is missing between a filter and its arguments, which are ignored.";
    TAG_IN_OUTPUT = "syntax/tag-in-output" Warning "A tag is written in the double braces of an output.";
    UNSPACED_OPERATOR = "syntax/unspaced-operator" Warning "An operator touches a name; Ruby's lax parser takes both for one word.";
    SYNTAX_MORE = "syntax/more-findings" Note "The parser found more than is shown.";
    QUOTE_IN_OUTPUT = "syntax/quote-in-output" Warning "A quote inside the braces of an output hides what is behind them.";
    CURLY_QUOTES = "syntax/curly-quotes" Error "Curly quotes stand where straight ones must.";

    DIALECT_FOREIGN = "dialect/foreign-syntax" Error "The template is written in another language than Liquid.";
    DIALECT_OTHER = "dialect/other-dialect" Error "Something belongs to another platform's Liquid.";

    FILTER_UNKNOWN = "filter/unknown" Warning "No filter has this name; the value passes through unchanged.";
    FILTER_NOT_IN_DIALECT = "filter/not-in-dialect" Warning "The filter belongs to another dialect.";
    FILTER_STRFTIME = "filter/strftime-unsupported" Warning "A date format uses a directive that the engine does not know and prints as it stands.";
    FILTER_WARNING = "filter/doubtful-input" Warning "A filter was given something it can do little with.";

    VARIABLE_MISSING = "variable/missing" Error "A value that is printed is missing, and the platform then sends nothing.";
    VARIABLE_LEAK = "variable/whole-profile" Warning "All that is known of a person is written into the body.";
    VARIABLE_UNDEFINED = "variable/undefined" Warning "Nothing defines the variable or attribute that is used here.";

    BRAZE_TRIPLE_BRACES = "braze/triple-braces" Error "Three braces where two belong.";
    BRAZE_REFERENCE = "braze/invalid-reference" Error "A `${…}` reference is not written as Braze reads it.";
    BRAZE_NAMESPACE = "braze/unknown-namespace" Error "No namespace has the name before `.${`.";
    BRAZE_PARTIAL = "braze/no-partials" Error "Braze has no `render` and `include`; content blocks do their work.";
    BRAZE_OPTION_UNKNOWN = "braze/unknown-option" Warning "A tag has no option of this name; it is ignored.";
    BRAZE_OPTION_VALUE = "braze/option-value" Warning "An option of a tag has a value that it cannot have.";
    BRAZE_FILTER_IN_CONDITION = "braze/filter-in-condition" Warning "Filters have no effect in conditions.";
    BRAZE_FILTER_IN_FOR = "braze/filter-in-for" Warning "Filters have no effect in a `for` tag.";
    BRAZE_FILTER_IN_INDEX = "braze/filter-in-index" Warning "Filters are not allowed in brackets.";
    BRAZE_OPERATOR_IN_ASSIGN = "braze/operator-in-assign" Warning "Operators have no effect in `assign`.";
    BRAZE_PARENTHESES = "braze/parentheses" Warning "Parentheses do not group conditions.";
    BRAZE_DOUBLE_AMPERSAND = "braze/double-ampersand" Warning "`&&` is no operator; the rest of the condition is ignored.";
    BRAZE_TWO_ATTRIBUTES = "braze/two-attributes" Warning "Two attributes in one expression, which Braze calls unsupported.";
    BRAZE_INNER_FILTER = "braze/inner-filter" Warning "An inner `{{ … | filter }}` in a condition, which Braze may ignore.";
    BRAZE_LIQUID_IN_STRING = "braze/liquid-in-string" Warning "Liquid inside a quoted text is not rendered.";
    BRAZE_ABORT_LIQUID = "braze/liquid-in-abort-message" Warning "The reason of `abort_message` is a static text.";
    BRAZE_NON_ASCII_NAME = "braze/non-ascii-name" Warning "Braze supports only ASCII names in `assign` and `capture`.";
    BRAZE_REFERENCE_IN_TEXT = "braze/reference-in-text" Warning "A `${name}` outside of braces is printed as it stands.";
    BRAZE_HTML_COMMENT = "braze/liquid-in-html-comment" Warning "Liquid in an HTML comment may not be rendered.";
    BRAZE_PATH_AND_KEY = "braze/path-and-key" Warning "A `${a.b}` fits a key with a dot and a path.";
    BRAZE_INDEX_ON_OBJECT = "braze/index-on-object" Warning "An index is used on an object, not on an array.";
    BRAZE_ARRAY_AS_TEXT = "braze/array-as-text" Warning "A whole array or object is printed as text.";
    BRAZE_UNQUOTED_NOW = "braze/unquoted-now" Warning "`now` without quotes is a variable that nothing defines.";
    BRAZE_TIME_COMPARED = "braze/time-compared" Warning "A time is compared with text, which Braze documents as an error.";

    BRAZE_BLOCK_MISSING = "braze/missing-content-block" Warning "There is no content block of this name; nothing is written.";
    BRAZE_BLOCK_DEPTH = "braze/content-block-depth" Warning "A content block stands too deep in others and vanishes.";
    BRAZE_BLOCK_RECURSION = "braze/content-block-recursion" Error "A content block includes itself.";
    BRAZE_CATALOG_MISSING = "braze/missing-catalog" Warning "There is no catalog of this name.";
    BRAZE_ROW_MISSING = "braze/missing-row" Warning "The catalog has no row of this id.";
    BRAZE_SELECTION_MISSING = "braze/missing-selection" Warning "The catalog has no selection of this name.";
    BRAZE_CART_MISSING = "braze/missing-cart" Warning "There is no shopping cart of this id.";
    BRAZE_PROMOTION_MISSING = "braze/missing-promotion" Warning "A promotion list has no code, which ends the message.";
    BRAZE_MESSAGE_EXTRAS = "braze/message-extras" Warning "Braze does not send what `message_extras` says, or not as it says it.";
    BRAZE_RERENDER = "braze/rerender" Warning "Liquid in fetched text is rendered otherwise than it would be in the template.";

    FETCH_UNANSWERED = "fetch/unanswered" Warning "Nothing answers a request, so that it fails.";
    FETCH_FAILED = "fetch/failed" Warning "A request failed.";
    FETCH_REQUEST = "fetch/invalid-request" Warning "A request is not one that Braze sends.";
    FETCH_NOT_JSON = "fetch/not-json" Warning "An answer that is to be saved is no JSON; its text is written instead.";
    FETCH_COMPARED = "fetch/failed-call-compared" Warning "A check of an answer cannot hold, since the call failed.";

    RENDER_ERROR = "render/error" Warning "The reference prints an error text in place of a node.";
    PARTIAL_MISSING = "render/missing-partial" Error "A partial cannot be found.";
    RENDER_OBJECT_TEXT = "render/object-as-text" Warning "An object is printed, of which nothing but `[object Object]` is left.";
    RENDER_BINARY_TEXT = "render/binary-text" Warning "Bytes that are not UTF-8 are printed.";
    RENDER_MORE = "render/more-findings" Note "The render found more than is shown.";
    RENDER_ABORTED = "render/aborted" Error "The template ended the message with `abort_message`.";

    LIMIT_TEMPLATE_BYTES = "limit/template-bytes" Error "The template is too large.";
    LIMIT_BLOCK_DEPTH = "limit/block-depth" Error "Blocks are nested too deep.";
    LIMIT_EXPRESSION_DEPTH = "limit/expression-depth" Error "An expression is nested too deep.";
    LIMIT_SCOPE_DEPTH = "limit/scope-depth" Error "Loops and partials are nested too deep.";
    LIMIT_PARTIAL_DEPTH = "limit/partial-depth" Error "Partials are nested too deep.";
    LIMIT_PARTIAL_RENDERS = "limit/partial-renders" Error "Too many partials are rendered.";
    LIMIT_REQUESTS = "limit/requests" Error "Too many requests are made.";
    LIMIT_NETWORK_REQUESTS = "limit/network-requests" Error "Too many requests go to the network.";
    LIMIT_STEPS = "limit/steps" Error "The render takes too many steps.";
    LIMIT_DEADLINE = "limit/deadline" Error "The render takes too long.";
    LIMIT_CANCELLED = "limit/cancelled" Error "The host ended the render.";
    LIMIT_VALUE_BYTES = "limit/value-bytes" Error "One value is too large.";
    LIMIT_MEMORY_BYTES = "limit/memory-bytes" Error "The values of the render take too much memory.";
    LIMIT_COLLECTION_ITEMS = "limit/collection-items" Error "An array has too many items.";
    LIMIT_OUTPUT_BYTES = "limit/output-bytes" Error "The body is too large.";
    LIMIT_DATA_BYTES = "limit/data-bytes" Error "The data is too large.";
    LIMIT_DATA_DEPTH = "limit/data-depth" Error "The data is nested too deep.";
    LIMIT_NUMBER_DIGITS = "limit/number-digits" Error "A number has too many digits.";
    LIMIT_DATE_WIDTH = "limit/date-width" Error "A directive of a date format is too wide.";
    LIMIT_DATE_FORMAT_BYTES = "limit/date-format-bytes" Error "A date format is too long.";
    LIMIT_DIAGNOSTICS = "limit/diagnostics" Error "There are too many findings.";
    LIMIT_RENDER_SCORE = "limit/render-score" Error "The reference's render score is too high.";
    LIMIT_ASSIGN_SCORE = "limit/assign-score" Error "The reference's assign score is too high.";
    LIMIT_RENDER_LENGTH = "limit/render-length" Error "The reference's render length is exceeded.";
    LIMIT_CUMULATIVE_RENDER_SCORE = "limit/cumulative-render-score" Error "The reference's render score is too high over all partials.";
    LIMIT_CUMULATIVE_ASSIGN_SCORE = "limit/cumulative-assign-score" Error "The reference's assign score is too high over all partials.";

    JSON_COMMENT = "json/comment" Error "A comment line stands in the body; JSON has no comments.";
    JSON_MISSING_COMMA = "json/missing-comma" Error "A comma is missing between two members.";
    JSON_TRAILING_COMMA = "json/trailing-comma" Error "A comma stands before a closing bracket.";
    JSON_EXTRA_COMMA = "json/extra-comma" Error "A comma stands where no value is before it.";
    JSON_MISSING_VALUE = "json/missing-value" Error "A value is missing.";
    JSON_MISSING_KEY = "json/missing-key" Error "A member of an object does not begin with a key.";
    JSON_MISSING_COLON = "json/missing-colon" Error "A colon is missing between a key and its value.";
    JSON_EXTRA_COLON = "json/extra-colon" Error "A colon stands where none can be.";
    JSON_EMPTY_BODY = "json/empty-body" Error "The body holds no JSON value.";
    JSON_BARE_WORD = "json/bare-word" Error "A word stands without quotes.";
    JSON_BARE_KEY = "json/bare-key" Error "A key stands without double quotes.";
    JSON_WRONG_QUOTES = "json/wrong-quotes" Error "Text is in single, typographic or back quotes.";
    JSON_CONTROL_CHARACTER = "json/control-character" Error "A control character such as a line break stands inside a string.";
    JSON_UNESCAPED_QUOTE = "json/unescaped-quote" Error "A double quote inside a string is not escaped.";
    JSON_BAD_NUMBER = "json/bad-number" Error "A number is not written as JSON writes numbers.";
    JSON_BAD_ESCAPE = "json/bad-escape" Error "A backslash is followed by something JSON does not know.";
    JSON_DUPLICATE_KEY = "json/duplicate-key" Warning "A key stands twice in one object; the last one wins.";
    JSON_UNCLOSED_STRING = "json/unclosed-string" Error "A string is not closed.";
    JSON_UNCLOSED_BRACKET = "json/unclosed-bracket" Error "A bracket is not closed.";
    JSON_MISMATCHED_BRACKET = "json/mismatched-bracket" Error "A closing bracket does not fit the open one.";
    JSON_TEXT_BEFORE = "json/text-before-document" Error "Text stands before the JSON document.";
    JSON_TEXT_AFTER = "json/text-after-document" Error "Text stands after the JSON document.";
    JSON_TOO_DEEP = "json/too-deep" Error "The body is nested too deep.";
    JSON_LIQUID_ERROR = "json/liquid-error" Error "The text of a Liquid error stands in the body.";
    JSON_RUBY_INSPECT = "json/ruby-inspect" Error "An object is printed as Ruby prints it, not as JSON.";
    JSON_BYTE_ORDER_MARK = "json/byte-order-mark" Error "The body begins with a byte order mark.";
    JSON_INJECTION = "json/injection" Error "Data ends the JSON string it was put into.";
    JSON_SWALLOWED_QUOTE = "json/swallowed-quote" Error "A backslash in the data swallows the template's closing quote.";
    JSON_DATA_ESCAPE = "json/unescaped-backslash" Warning "A backslash in the data is read as an escape, which changes the text.";
    JSON_EXTRA_VALUE = "json/extra-value" Error "Data writes more than one JSON value where one belongs.";
    JSON_QUOTED_NULL = "json/quoted-null" Warning "A text in quotes is the word `null` or `nil`, where no value is probably meant.";
    JSON_GUESSED = "json/guessed" Note "The body was taken for JSON by its look.";

    CONTRACT_MISSING = "contract/missing" Error "The receiver needs a member or value that is not there.";
    CONTRACT_TYPE = "contract/wrong-type" Error "A value is not of the type that the receiver expects.";
    CONTRACT_QUOTED_NUMBER = "contract/quoted-number" Error "A number is sent as a text in quotes.";
    CONTRACT_SECONDS = "contract/seconds-for-milliseconds" Error "A time counts seconds where the receiver reads milliseconds.";
    CONTRACT_MILLISECONDS = "contract/milliseconds-for-seconds" Error "A time counts milliseconds where the receiver reads seconds.";
    CONTRACT_BLANK = "contract/blank" Error "A text is empty or white space where the receiver needs one.";
    CONTRACT_VALUE = "contract/wrong-value" Error "A value is none of those that the receiver knows.";
    CONTRACT_FORMAT = "contract/wrong-format" Error "A text is not written as the receiver reads it, such as a time, a zone or an address.";
    CONTRACT_RANGE = "contract/out-of-range" Error "A number, a text or a list is too large or too small for the receiver.";
    CONTRACT_UNEXPECTED = "contract/unexpected-member" Error "A member stands where the receiver takes none of this name.";
    CONTRACT_SHAPE = "contract/wrong-shape" Error "A value has none of the forms that the receiver takes.";
    CONTRACT_OLD = "contract/old-timestamp" Warning "An event is older than the receiver takes.";
    CONTRACT_EVENT_NAME = "contract/event-name" Warning "The name of an event is one that the receiver writes another way.";
    CONTRACT_HASH_OF_NOTHING = "contract/hash-of-nothing" Warning "An identifier is the hash of an empty text, which everyone without a value shares.";
    CONTRACT_REPEATED_ID = "contract/repeated-id" Warning "Two events of a batch have one id, so that the receiver drops one of them.";
    CONTRACT_MORE = "contract/more-findings" Note "The body breaks the contract in more places than are shown.";
    CONTRACT_UNKNOWN = "contract/unknown" Error "There is no contract of this name.";
    CONTRACT_INVALID = "contract/invalid-schema" Error "The schema of a contract is no JSON Schema, or not one that can be used.";

    DATA_INVALID = "data/invalid-json" Error "A data file is not valid JSON.";
    DATA_SHAPE = "data/wrong-shape" Error "A data file does not have the shape that is expected.";
    DATA_UNKNOWN_KEY = "data/unknown-key" Warning "A key of a data file is not one that templates can read.";
    DATA_DUPLICATE = "data/duplicate-row" Warning "Two rows of a catalog have the same id; the last one counts.";
    DATA_SEVERAL_EVENTS = "data/several-events" Error "An events file holds several events and none was chosen.";
    DATA_EMPTY_BATCH = "data/empty-batch" Note "A batch of events holds none, so that there is nothing to send.";
    DATA_GUESSED = "data/guessed" Note "The rows were taken for users or events by the look of the first.";
    DATA_NO_PROFILE = "data/missing-profile" Error "A row has no profile to be joined to.";
    DATA_HASH_OF_MISSING = "data/hash-of-missing" Warning "A missing or blank value is hashed, which gives everybody without one the same hash.";
    DATA_HASH_OF_SPELLING = "data/hash-of-spelling" Warning "An e-mail address is hashed as it was typed, which gives one person several hashes.";
    DATA_BLANK_IS_TRUTHY = "data/blank-is-truthy" Warning "A condition takes a blank text for a value that is there.";
    DATA_BLANK_IDENTIFIER = "data/blank-identifier" Warning "An identifier is sent as an empty text.";
    DATA_UNESCAPED_SLOT = "data/unescaped-slot" Warning "Text of the data stands in a JSON string with nothing that escapes it.";

    FILE_UNREADABLE = "file/unreadable" Error "A file cannot be read.";
    FILE_UNWRITABLE = "file/unwritable" Error "A file cannot be written.";
    FILE_ENCODING = "file/not-utf8" Error "A file is not UTF-8 text.";
    FILE_UNKNOWN_WEBHOOK = "file/unknown-webhook" Error "There is neither a file nor an embedded webhook of this name.";

    REQUEST_URL = "request/url" Error "The URL is not one that a request can be sent to.";
    REQUEST_URL_DATA = "request/url-injection" Error "Data changes where the request goes, or how its URL is read.";
    REQUEST_URL_UNENCODED = "request/url-unencoded" Warning "Something stands in the URL without being encoded.";
    REQUEST_URL_BLANK = "request/url-blank" Warning "Missing data leaves a hole in the URL.";
    REQUEST_URL_FRAGMENT = "request/url-fragment" Warning "The URL has a part that is not sent.";
    REQUEST_DYNAMIC_HOST = "request/dynamic-host" Warning "Data decides which host the request goes to.";
    REQUEST_PORT = "request/port" Error "The platform does not send to this port.";
    REQUEST_URLS_USER = "request/url-userinfo" Warning "User name and password stand in the URL.";
    REQUEST_SECRET_IN_QUERY = "request/secret-in-query" Warning "A secret stands among the parameters of the URL.";
    REQUEST_PLACEHOLDER = "request/placeholder-left" Warning "A word of an example was to be replaced.";
    REQUEST_METHOD = "request/method" Error "The platform does not know the method.";
    REQUEST_BODY_WITH_GET = "request/body-with-get" Warning "A GET request has a body.";
    REQUEST_EMPTY_BODY = "request/empty-body" Warning "The body has no keys.";
    REQUEST_HEADER_NAME = "request/header-name" Error "The name of a header is none.";
    REQUEST_HEADER_TWICE = "request/header-twice" Error "A header is there twice.";
    REQUEST_HEADER_RESERVED = "request/header-reserved" Error "A header is made by whoever sends the request.";
    REQUEST_HEADER_VALUE = "request/header-injection" Error "A line break or control character would end a header.";
    REQUEST_HEADER_ENCODING = "request/header-not-ascii" Warning "A header holds other characters than ASCII.";
    REQUEST_HEADER_BLANK = "request/header-blank" Warning "Missing data leaves a header empty.";
    REQUEST_CONTENT_TYPE = "request/content-type" Warning "The content type is not that of the body.";
    REQUEST_SECRET_PLACE = "request/secret-place" Error "A secret is named where it is not filled in.";
    REQUEST_UNKNOWN_SECRET = "request/unknown-secret" Error "The project has no secret of this name.";

    FORM_INVALID = "form/invalid" Error "A form holds characters that must be encoded.";
    FORM_UNENCODED = "form/unencoded" Warning "Data stands in a form without being encoded.";

    PROJECT_INVALID = "project/invalid" Error "The file carafe.toml does not say what it must.";

    CASE_DIFFERENCE = "case/difference" Error "The rendered body is not the one the case expects.";
    CASE_FINDINGS = "case/findings" Error "The findings are not the ones the case expects.";
    CASE_INVALID = "case/invalid" Error "A case or webhook file does not say what it must.";
    CASE_UNKNOWN = "case/unknown" Error "The webhook has no case of this name.";

    INTERNAL = "internal/error" Error "Carafe failed and cannot say why; this is a mistake in Carafe.";
}

impl Code {
    /// The code called `name`.
    pub fn find(name: &str) -> Option<&'static Code> {
        ALL.iter().copied().find(|code| code.name == name)
    }
}
