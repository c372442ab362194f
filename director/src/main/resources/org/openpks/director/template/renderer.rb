# Renders the templates of BOSH jobs: ERB with the helpers that job authors know (p, if_p, link, if_link, spec, ...).
# Called from Java with one JSON document for all jobs of a deployment; answers with one JSON document.
require 'erb'
require 'json'
require 'yaml'
require 'shellwords'
require 'ostruct'
require 'base64'
require 'digest'
require 'securerandom'
require 'set'

class Object
  def blank?
    respond_to?(:empty?) ? !!empty? : !self
  end

  def present?
    !blank?
  end
end

class String
  def blank?
    strip.empty?
  end
end

module Templating
  class UnknownProperty < StandardError
    def initialize(names)
      super("Can't find property '#{names.inspect}'")
    end
  end

  class UnknownLink < StandardError
    def initialize(name)
      super("Can't find link '#{name}'")
    end
  end

  # What OpenStruct offers, but without a singleton class for each value: they cost too much in an interpreter.
  class Struct
    KEPT = %i[object_id __send__ __id__ class instance_exec instance_eval respond_to? is_a? kind_of? nil?].freeze

    def self.wrap(value)
      case value
      when Hash then new(value)
      when Array then value.map { |item| wrap(item) }
      else value
      end
    end

    def initialize(values)
      @table = {}
      values.each do |key, value|
        name = key.to_sym
        @table[name] = Struct.wrap(value)
        # `hash`, `method`, `display` and the like are methods of every object and must give way to a property.
        if Object.method_defined?(name) && !KEPT.include?(name)
          define_singleton_method(name) { @table[name] }
        end
      end
    end

    def [](key)
      @table[key.to_sym]
    end

    def []=(key, value)
      @table[key.to_sym] = value
    end

    def dig(key, *rest)
      value = @table[key.to_sym]
      rest.empty? || value.nil? ? value : value.dig(*rest)
    end

    def methods(all = true)
      all ? super() + @table.keys : @table.keys
    end

    def each_pair(&block)
      @table.each_pair(&block)
    end

    def to_h
      @table.dup
    end
    alias marshal_dump to_h

    def ==(other)
      other.is_a?(Struct) && to_h == other.to_h
    end

    def respond_to_missing?(name, include_all = false)
      @table.key?(name.to_s.chomp('=').to_sym) || super
    end

    def method_missing(name, *arguments)
      text = name.to_s
      return @table[text.chomp('=').to_sym] = arguments.first if text.end_with?('=')
      raise NoMethodError, "undefined method '#{name}' with arguments" unless arguments.empty?

      @table[name]
    end

    def inspect
      "#<Struct #{@table.keys.join(', ')}>"
    end
    alias to_s inspect
  end

  module Lookup
    def self.find(values, dotted)
      return nil if values.nil?

      dotted.to_s.split('.').each do |key|
        return nil unless values.is_a?(Hash)

        values = values[key]
        return nil if values.nil?
      end
      copy(values)
    end

    # A template that changes a value must not change it for the next template.
    def self.copy(value)
      case value
      when Hash then value.each_with_object({}) { |(key, item), result| result[key] = copy(item) }
      when Array then value.map { |item| copy(item) }
      when String then value.dup
      else value
      end
    end
  end

  module Properties
    def p(*arguments)
      names = Array(arguments[0])
      names.each do |name|
        value = Lookup.find(@properties_hash, name)
        return value unless value.nil?
      end
      return arguments[1] if arguments.length == 2

      raise UnknownProperty.new(names)
    end

    def if_p(*names)
      values = names.map do |name|
        value = Lookup.find(@properties_hash, name)
        return ActiveElse.new(self) if value.nil?

        value
      end
      yield(*values)
      InactiveElse.new
    end
  end

  class ActiveElse
    def initialize(context)
      @context = context
    end

    def else
      yield
    end

    def else_if_p(*names, &block)
      @context.if_p(*names, &block)
    end

    def else_if_link(name, &block)
      @context.if_link(name, &block)
    end
  end

  class InactiveElse
    def else; end

    def else_if_p(*_names)
      InactiveElse.new
    end

    def else_if_link(_name)
      InactiveElse.new
    end
  end

  class LinkInstance
    include Properties
    attr_reader :name, :id, :index, :az, :address, :bootstrap

    def initialize(values, properties)
      @name = values['name']
      @id = values['id']
      @index = values['index']
      @az = values['az']
      @address = values['address']
      @bootstrap = values['bootstrap']
      @properties_hash = properties
    end

    def properties
      Struct.wrap(@properties_hash || {})
    end
  end

  class Link
    include Properties
    attr_reader :instances

    STATUS = { 'default' => 's0', 'unhealthy' => 's1', 'healthy' => 's3', 'all' => 's4' }.freeze

    def initialize(values)
      @values = values
      @properties_hash = values['properties'] || {}
      @instances = (values['instances'] || []).map { |one| LinkInstance.new(one, @properties_hash) }
    end

    def properties
      Struct.wrap(@properties_hash)
    end

    def address(criteria = {})
      return @values['address'] if @values['address']

      query = STATUS.fetch((criteria[:status] || 'default').to_s)
      [query_label(query), @values['instance_group'], @values['default_network'], @values['deployment_name']]
        .map { |part| Templating.canonical(part) }.push(@values['domain'] || 'bosh').join('.')
    end

    private

    def query_label(query)
      "q-#{query}"
    end
  end

  def self.canonical(text)
    text.to_s.downcase.tr('_', '-').gsub(/[^-0-9a-z]/, '')
  end

  class Context
    include Properties
    attr_reader :name, :index

    def initialize(job)
      @spec_hash = job['spec']
      @properties_hash = job['properties'] || {}
      @links = job['links'] || {}
      @name = @spec_hash['job_name'] || @spec_hash['name']
      @index = @spec_hash['index']
    end

    def spec
      @spec ||= Struct.wrap(Lookup.copy(@spec_hash).merge('links' => Lookup.copy(@links)))
    end

    def properties
      @properties ||= Struct.wrap(Lookup.copy(@properties_hash))
    end

    def raw_properties
      Lookup.copy(@properties_hash)
    end

    def link(name)
      values = @links[name.to_s]
      raise UnknownLink.new(name) if values.nil?

      Link.new(values)
    end

    def if_link(name)
      values = @links[name.to_s]
      return ActiveElse.new(self) if values.nil?

      yield Link.new(values)
      InactiveElse.new
    end
  end

  COMPILED = {}

  # A proc, not a method: templates may assign constants. The name in the backtrace finds the line of a mistake.
  def self.compile(digest, text)
    COMPILED[digest] ||= begin
      source = ERB.new(text, trim_mode: '-').src
      eval("proc do #{source}\nend", TOPLEVEL_BINDING.dup, "template-#{digest}", 0)
    end
  end

  def self.mistake(error, digest)
    line = nil
    (error.backtrace || []).each do |entry|
      if entry =~ /template-#{digest}:(\d+)/
        line = Regexp.last_match(1)
        break
      end
    end
    line ||= error.message[/template-#{digest}:(\d+)/, 1] if error.is_a?(SyntaxError)
    kind = error.is_a?(UnknownProperty) || error.is_a?(UnknownLink) || error.instance_of?(RuntimeError) ? nil : error.class.name
    text = error.is_a?(SyntaxError) ? 'it is not valid ERB' : error.message.to_s.lines.first.to_s.strip
    { 'line' => (line || '?').to_s, 'message' => text, 'kind' => kind }
  end

  def self.known
    JSON.generate(COMPILED.keys)
  end

  # jobs: [{spec, properties, links, templates: [{digest, destination}]}], texts: {digest: text}
  # answer: [{files: {destination: text}, errors: [{template, line, message}]}] in the same order
  def self.render(document)
    request = JSON.parse(document)
    texts = request['texts']
    answer = request['jobs'].map do |job|
      files = {}
      errors = []
      job['templates'].each do |template|
        digest = template['digest']
        begin
          files[template['destination']] = Context.new(job).instance_exec(&compile(digest, texts[digest]))
        rescue StandardError, SyntaxError, NotImplementedError, SystemStackError => e
          errors << mistake(e, digest).merge('template' => template['source'])
        end
      end
      { 'files' => files, 'errors' => errors }
    end
    JSON.generate(answer)
  end

  def self.warm
    text = "<% require 'json' -%>\n<%= p('a.b', {'c' => [1]}).to_json %><% if_p('x') do |x| %><%= x %><% end.else do %>" \
           "<% end %>\n<% p('list', []).each do |i| -%>\n<%= i %> <%= spec.ip %>\n<% end -%>\n<%= {'a' => p('a.b', 1)}.to_yaml %>"
    job = { 'spec' => { 'ip' => '1', 'name' => 'w' }, 'properties' => { 'list' => [1, 2] }, 'links' => {},
            'templates' => [{ 'digest' => 'warm', 'source' => 'warm', 'destination' => 'warm' }] }
    5.times { render(JSON.generate('jobs' => [job] * 4, 'texts' => { 'warm' => text })) }
    COMPILED.delete('warm')
    true
  end
end

Templating
