# Renders templates with ruby-liquid, for the differential test. Each line that comes in is a JSON array of cases, each
# line that goes out the array of their results.

require "json"
require "liquid"
require "time"
require "timeout"

# A range as large as a case may ask for ends with an error instead of taking the machine's memory.
Process.setrlimit(Process::RLIMIT_AS, 2 << 30)
GC.measure_total_time = false if GC.respond_to?(:measure_total_time=)

# `Time.parse` takes from the clock what a text leaves out.
FROZEN = Time.utc(2024, 1, 1, 0, 1, 58).localtime
Time.define_singleton_method(:now) { FROZEN.dup }

# What 5.13 brought for Ruby's own types: everything can be blank, and texts have ends.
[[Object, -> { false }], [NilClass, -> { true }], [FalseClass, -> { true }], [String, -> { strip.empty? }],
 [Array, -> { empty? }], [Hash, -> { empty? }]].each { |type, blank| type.define_method(:blank?, &blank) }
String.define_method(:first) { self[0] || "" }
String.define_method(:last) { self[-1] || "" }

class Partials
  def initialize(files)
    @files = files
  end

  def read_template_file(name)
    @files[name.to_s] or raise Liquid::FileSystemError, "Could not find asset #{name}"
  end
end

# What the reference tripped over where it only says `internal`.
def internal(errors)
  errors.grep(Liquid::InternalError).filter_map(&:cause).map { |cause| "#{cause.class}: #{cause.message.lines.first}" }
end

def text(string)
  string = string.dup.force_encoding("UTF-8")
  string.valid_encoding? ? string : nil
end

def outcome(request)
  mode = request["mode"].to_sym
  Liquid::Template.error_mode = mode
  Liquid::Template.file_system = Partials.new(request["partials"])
  begin
    template = Liquid::Template.parse(request["template"], error_mode: mode, line_numbers: true)
  rescue Liquid::Error => error
    return { "refused" => error.message }
  end
  begin
    # The data is shared with what is rendered in isolation, and counters do not write to it.
    context = Liquid::Context.build(static_environments: request["data"])
    output = request["stop"] ? template.render!(context) : template.render(context)
    output = text(output) or return { "gave_up" => "bytes that are no text" }
    { "output" => output, "internal" => internal(template.errors) }
  rescue Liquid::Error => error
    { "raised" => error.message, "internal" => internal([error]) }
  end
end

def answer(request)
  Timeout.timeout(2) { outcome(request) }
rescue Exception => error # SystemStackError and NoMemoryError too
  { "gave_up" => "#{error.class}: #{error.message.lines.first}" }
end

$stdout.sync = true
$stdin.each_line { |line| $stdout.puts(JSON.generate(JSON.parse(line).map { |request| answer(request) })) }
