package org.openpks.cli.yaml;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
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
        var options = new LoaderOptions();
        options.setProcessComments(true);
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
            throw new Malformed("it is not YAML");
        }
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

    public static MappingNode mapping() {
        return new MappingNode(Tag.MAP, new ArrayList<>(), FlowStyle.BLOCK);
    }

    public static SequenceNode sequence() {
        return new SequenceNode(Tag.SEQ, new ArrayList<>(), FlowStyle.BLOCK);
    }

    /// A string; several lines become a literal block, and what would read as a number or boolean is quoted.
    public static ScalarNode string(String value) {
        var style = value.contains("\n")
                ? ScalarStyle.LITERAL
                : TYPES.resolve(NodeId.scalar, value, true).equals(Tag.STR)
                        ? ScalarStyle.PLAIN
                        : ScalarStyle.DOUBLE_QUOTED;
        return new ScalarNode(Tag.STR, value, null, null, style);
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
