package org.openpks.adapter.contract;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openpks.adapter.AdapterFault;
import org.openpks.kernel.Fault;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A command's fields: texts that hold JSON or YAML. What is absent is empty. No error repeats a field's content,
/// because it may hold secrets.
record Input(Command command, Map<String, String> texts) {

    private static final JsonMapper JSON = new JsonMapper();
    /// In bytes; a manifest has some ten thousand.
    static final int LIMIT = 32 << 20;

    /// The contract's older form: fields as arguments after the command.
    static Input positional(Command command, List<String> arguments) {
        var given = command == Command.GENERATE_PLAN_SCHEMAS ? withoutFlag(arguments) : arguments;
        if (given.size() != command.positional().size()) {
            throw new Fault(
                    AdapterFault.INPUT_INVALID,
                    "%s takes %d arguments (%s) or one JSON object on standard input, not %d arguments."
                            .formatted(
                                    command.word(),
                                    command.positional().size(),
                                    String.join(" ", command.positional()),
                                    given.size()));
        }
        var texts = new LinkedHashMap<String, String>();
        for (int i = 0; i < given.size(); i++) {
            texts.put(command.positional().get(i), given.get(i));
        }
        return new Input(command, texts);
    }

    private static List<String> withoutFlag(List<String> arguments) {
        if (!arguments.getFirst().equals("-plan-json") && !arguments.getFirst().equals("--plan-json")) {
            throw new Fault(
                    AdapterFault.INPUT_INVALID,
                    "generate-plan-schemas takes -plan-json PLAN, or JSON on standard input.");
        }
        return arguments.subList(1, arguments.size());
    }

    static Input read(Command command, InputStream stream) throws IOException {
        var bytes = stream.readNBytes(LIMIT + 1);
        if (bytes.length > LIMIT) {
            throw new Fault(AdapterFault.INPUT_INVALID, "The input is larger than %d bytes.".formatted(LIMIT));
        }
        var fields =
                parse("The input", new String(bytes, StandardCharsets.UTF_8)).path(command.key());
        if (!fields.isObject()) {
            throw new Fault(AdapterFault.INPUT_INVALID, "The input has no object %s.".formatted(command.key()));
        }
        var texts = new LinkedHashMap<String, String>();
        for (var field : fields.properties()) {
            var value = field.getValue();
            if (!value.isString() && !value.isNull()) {
                throw new Fault(
                        AdapterFault.INPUT_INVALID,
                        "%s.%s must be a text that holds its value.".formatted(command.key(), field.getKey()));
            }
            texts.put(field.getKey(), value.asString(""));
        }
        return new Input(command, texts);
    }

    String text(String field) {
        return texts.getOrDefault(field, "");
    }

    /// A field that holds a JSON object; a missing node when it is empty or `null`.
    JsonNode object(String field) {
        var name = command.key() + "." + field;
        var text = text(field);
        if (text.isBlank()) {
            return JSON.missingNode();
        }
        var node = parse(name, text);
        if (node.isNull()) {
            return JSON.missingNode();
        }
        if (!node.isObject()) {
            throw new Fault(AdapterFault.INPUT_INVALID, name + " must be a JSON object.");
        }
        return node;
    }

    JsonNode requiredObject(String field) {
        var node = object(field);
        if (node.isMissingNode()) {
            throw new Fault(AdapterFault.INPUT_INVALID, "%s.%s is missing.".formatted(command.key(), field));
        }
        return node;
    }

    private static JsonNode parse(String name, String text) {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            var place = e.getLocation();
            throw new Fault(
                    AdapterFault.INPUT_INVALID,
                    "%s is not valid JSON%s."
                            .formatted(
                                    name,
                                    place == null
                                            ? ""
                                            : " at line %d, column %d"
                                                    .formatted(place.getLineNr(), place.getColumnNr())));
        }
    }

    @Override
    public String toString() {
        return "Input[%s]".formatted(command.word());
    }
}
