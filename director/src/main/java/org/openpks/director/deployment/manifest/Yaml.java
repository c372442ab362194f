package org.openpks.director.deployment.manifest;

import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openpks.director.deployment.DeploymentFault;
import org.openpks.kernel.Fault;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/// YAML as the director reads it: plain values only, keys are strings, dates stay text.
public final class Yaml {

    private static final int MAXIMUM_CHARACTERS = 16 * 1024 * 1024;

    private Yaml() {}

    /// Reads one document that is a hash.
    /// @param what names the document in the error, for example "The manifest"
    public static Map<String, Object> hash(String text, String what) {
        Object value = read(text, what);
        if (!(value instanceof Map<?, ?> map)) {
            throw new Fault(DeploymentFault.BAD_MANIFEST, what + " should be a hash.");
        }
        return Fields.strings(map);
    }

    public static @Nullable Object read(String text, String what) {
        var options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setCodePointLimit(MAXIMUM_CHARACTERS);
        options.setMaxAliasesForCollections(500);
        try {
            var yaml = new org.yaml.snakeyaml.Yaml(
                    new SafeConstructor(options),
                    new Representer(new DumperOptions()),
                    new DumperOptions(),
                    options,
                    new NoDates());
            return plain(yaml.load(text));
        } catch (MarkedYAMLException e) {
            // The snippet of the document that the library quotes may hold a secret: only the place is told.
            var mark = e.getProblemMark();
            var place = mark == null ? "" : " at line %d column %d".formatted(mark.getLine() + 1, mark.getColumn() + 1);
            throw new Fault(DeploymentFault.BAD_MANIFEST, what + " is not valid YAML" + place + ".");
        } catch (YAMLException e) {
            throw new Fault(
                    DeploymentFault.BAD_MANIFEST,
                    what + " is not valid YAML.",
                    e.getClass().getSimpleName());
        }
    }

    private static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Map<?, ?> map -> {
                var result = new LinkedHashMap<String, Object>();
                map.forEach((key, item) -> result.put(String.valueOf(key), plain(item)));
                yield result;
            }
            case List<?> list -> {
                var result = new ArrayList<Object>(list.size());
                list.forEach(item -> result.add(plain(item)));
                yield result;
            }
            case Date date -> date.toInstant().toString();
            default -> value;
        };
    }

    private static final class NoDates extends Resolver {
        @Override
        public void addImplicitResolver(Tag tag, Pattern regexp, @Nullable String first, int limit) {
            if (!Tag.TIMESTAMP.equals(tag)) {
                super.addImplicitResolver(tag, regexp, first, limit);
            }
        }
    }
}
