package org.openpks.adapter;

import java.util.Map;
import org.openpks.kernel.Fault;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.representer.Representer;

/// YAML text to plain maps, lists and scalars, and back, in one fixed form.
final class Yaml {

    private static final int MAX_CHARACTERS = 16 << 20;

    private Yaml() {}

    static Map<?, ?> map(String text) {
        try {
            var options = new LoaderOptions();
            options.setCodePointLimit(MAX_CHARACTERS);
            options.setMaxAliasesForCollections(1000);
            Object value = new org.yaml.snakeyaml.Yaml(new SafeConstructor(options)).load(text);
            if (value instanceof Map<?, ?> map) {
                return map;
            }
        } catch (YAMLException e) {
            throw new Fault(AdapterFault.MANIFEST_UNREADABLE, "The manifest is not valid YAML.", "", e);
        }
        throw new Fault(AdapterFault.MANIFEST_UNREADABLE, "The manifest is not a YAML map.");
    }

    static String text(Map<String, Object> value) {
        var options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setWidth(120);
        options.setSplitLines(false);
        options.setLineBreak(DumperOptions.LineBreak.UNIX);
        // References between equal parts would hide what a group says.
        options.setDereferenceAliases(true);
        var representer = new Representer(options);
        return new org.yaml.snakeyaml.Yaml(new SafeConstructor(new LoaderOptions()), representer, options).dump(value);
    }
}
