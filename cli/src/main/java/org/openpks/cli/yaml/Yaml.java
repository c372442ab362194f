package org.openpks.cli.yaml;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.openpks.cli.json.Json;
import org.openpks.cli.terminal.Text;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.emitter.Emitter;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;
import org.yaml.snakeyaml.serializer.Serializer;

/// Reading, changing and writing YAML on its nodes. Comments, styles, order and types of everything that is not
/// touched stay as they were; values are never turned into Java objects.
public final class Yaml {
    /// What JSON writes without quotes.
    private static final Pattern PLAIN_LITERAL =
            Pattern.compile("true|false|null|-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

    /// What YAML itself takes for a number, a date and so on.
    private static final Resolver TYPES = new Resolver();

    private Yaml() {}

    /// Knows no types but null: a scalar is printed as it was written, whatever it would mean.
    private static final class AsWritten extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
        }
    }

    /// The text is no YAML, or no mapping at its top. The message says where.
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        public Malformed(String message) {
            super(message);
        }
    }

    /// The mapping at the top of the text; an empty one for a text without content.
    public static MappingNode parse(String text) throws Malformed {
        return parse(text, true);
    }

    /// The text as JSON. Anchors are refused: what a few of them stand for can be larger than any memory.
    public static Json json(String text) throws Malformed {
        return json(parse(text, false));
    }

    private static MappingNode parse(String text, boolean comments) throws Malformed {
        var options = new LoaderOptions();
        options.setProcessComments(comments);
        options.setCodePointLimit(64 * 1024 * 1024);
        try {
            var parser = new ParserImpl(new StreamReader(new StringReader(text)), options);
            var composer = new Composer(parser, new AsWritten(), options);
            var node = composer.getSingleNode();
            if (node == null || isEmpty(node)) {
                return mapping();
            }
            if (node instanceof MappingNode mapping) {
                return mapping;
            }
            throw new Malformed("it does not start with a key");
        } catch (MarkedYAMLException e) {
            var mark = e.getProblemMark();
            throw new Malformed((mark == null ? "" : "line " + (mark.getLine() + 1) + ": ") + e.getProblem());
        } catch (YAMLException e) {
            throw new Malformed(
                    String.valueOf(e.getMessage()).startsWith("Nesting Depth")
                            ? "more than %d levels lie in each other".formatted(options.getNestingDepthLimit())
                            : "it has characters that no YAML has");
        }
    }

    private static Json json(Node node) throws Malformed {
        if (node.getAnchor() != null) {
            throw new Malformed("line " + (node.getStartMark().getLine() + 1) + ": anchors are not taken here");
        }
        return switch (node) {
            case MappingNode mapping -> {
                var fields = new LinkedHashMap<String, Json>();
                for (var tuple : mapping.getValue()) {
                    if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                        throw new Malformed(
                                "line " + (tuple.getKeyNode().getStartMark().getLine() + 1) + ": a key is not a word");
                    }
                    fields.put(key.getValue(), json(tuple.getValueNode()));
                }
                yield Json.object(fields);
            }
            case SequenceNode sequence -> {
                var items = new ArrayList<Json>();
                for (var item : sequence.getValue()) {
                    items.add(json(item));
                }
                yield Json.array(items);
            }
            case ScalarNode scalar -> scalar(scalar);
            default -> throw new Malformed("it holds something that JSON does not have");
        };
    }

    private static Json scalar(ScalarNode node) {
        var text = node.getValue();
        if (node.getTag().equals(Tag.NULL)) {
            return Json.NULL;
        }
        return node.isPlain() && PLAIN_LITERAL.matcher(text).matches() ? Json.literal(text) : Json.string(text);
    }

    private static boolean isEmpty(Node node) {
        return node instanceof ScalarNode scalar
                && (scalar.getTag().equals(Tag.NULL) || scalar.getTag().equals(Tag.COMMENT));
    }

    /// The document as text.
    public static String print(Node root) {
        var options = new DumperOptions();
        options.setProcessComments(true);
        options.setSplitLines(false);
        options.setWidth(Integer.MAX_VALUE);
        var out = new StringWriter();
        var serializer = new Serializer(new Emitter(out, options), new AsWritten(), options, null);
        try {
            serializer.open();
            serializer.serialize(root);
            serializer.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    /// The JSON value as a YAML document.
    public static String print(Json json) {
        return print(node(json));
    }

    /// The JSON value as a node in block style.
    public static Node node(Json json) {
        if (json.isObject()) {
            var mapping = mapping();
            if (json.fields().isEmpty()) {
                mapping.setFlowStyle(FlowStyle.FLOW);
            }
            json.fields().forEach((name, field) -> put(mapping, name, node(field)));
            return mapping;
        }
        if (json.isArray()) {
            var sequence = sequence();
            if (json.items().isEmpty()) {
                sequence.setFlowStyle(FlowStyle.FLOW);
            }
            json.items().forEach(item -> sequence.getValue().add(node(item)));
            return sequence;
        }
        if (json.isNull()) {
            return new ScalarNode(Tag.NULL, "null", null, null, ScalarStyle.PLAIN);
        }
        return json.isString()
                ? string(json.text())
                : new ScalarNode(Tag.STR, json.text(), null, null, ScalarStyle.PLAIN);
    }

    public static MappingNode mapping() {
        return new MappingNode(Tag.MAP, new ArrayList<>(), FlowStyle.BLOCK);
    }

    public static SequenceNode sequence() {
        return new SequenceNode(Tag.SEQ, new ArrayList<>(), FlowStyle.BLOCK);
    }

    /// A string; several lines become a literal block, and what would read as a number or boolean is quoted.
    public static ScalarNode string(String value) {
        var style = value.contains("\n") && isPrintable(value)
                ? ScalarStyle.LITERAL
                : isPrintable(value)
                                && TYPES.resolve(NodeId.scalar, value, true).equals(Tag.STR)
                        ? ScalarStyle.PLAIN
                        : ScalarStyle.DOUBLE_QUOTED;
        return new ScalarNode(Tag.STR, value, null, null, style);
    }

    /// Double quotes have escapes for the rest.
    private static boolean isPrintable(String value) {
        return value.codePoints().allMatch(c -> c == '\n' || !Text.isUnsafe(c));
    }

    /// The value of the key.
    public static Optional<Node> get(Node mapping, String key) {
        return mapping instanceof MappingNode node
                ? node.getValue().stream()
                        .filter(named(key))
                        .map(NodeTuple::getValueNode)
                        .findFirst()
                : Optional.empty();
    }

    /// The value of the key, when it is a scalar.
    public static Optional<String> text(Node mapping, String key) {
        return get(mapping, key)
                .filter(node -> node instanceof ScalarNode && !node.getTag().equals(Tag.NULL))
                .map(node -> ((ScalarNode) node).getValue());
    }

    /// Sets the key: in its place when it is there, else at the end.
    public static void put(MappingNode mapping, String key, Node value) {
        List<NodeTuple> tuples = mapping.getValue();
        for (int i = 0; i < tuples.size(); i++) {
            if (named(key).test(tuples.get(i))) {
                tuples.set(i, new NodeTuple(tuples.get(i).getKeyNode(), value));
                return;
            }
        }
        tuples.add(new NodeTuple(string(key), value));
    }

    private static Predicate<NodeTuple> named(String key) {
        return tuple ->
                tuple.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key);
    }
}
