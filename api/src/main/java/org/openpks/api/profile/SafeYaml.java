package org.openpks.api.profile;

import java.util.Map;
import java.util.function.Function;
import org.openpks.kernel.Fault;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/// Reads YAML that strangers wrote: plain values only, no aliases of collections, limited in size and depth.
final class SafeYaml {

    private static final int DEEPEST = 20;

    private SafeYaml() {}

    /// The document, which must be one mapping.
    /// @param problem makes the fault from the end of a sentence: "is not valid YAML (line 3, column 5)"
    static Map<?, ?> mapping(String text, Function<String, Fault> problem) {
        try {
            if (yaml().load(text) instanceof Map<?, ?> mapping) {
                return mapping;
            }
        } catch (MarkedYAMLException e) {
            var mark = e.getProblemMark();
            throw problem.apply(
                    mark == null
                            ? "is not valid YAML"
                            : "is not valid YAML (line %d, column %d)"
                                    .formatted(mark.getLine() + 1, mark.getColumn() + 1));
        } catch (YAMLException e) {
            throw problem.apply("is YAML with aliases, or nested too deeply");
        }
        throw problem.apply("must be a YAML mapping");
    }

    private static Yaml yaml() {
        var options = new LoaderOptions();
        options.setMaxAliasesForCollections(0);
        options.setAllowRecursiveKeys(false);
        options.setAllowDuplicateKeys(false);
        options.setNestingDepthLimit(DEEPEST);
        options.setCodePointLimit(FileContent.LONGEST);
        return new Yaml(new SafeConstructor(options));
    }
}
