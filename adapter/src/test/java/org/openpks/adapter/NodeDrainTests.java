package org.openpks.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

class NodeDrainTests {

    @Test
    void tellsThePlansSettings() {
        assertThat(NodeDrain.of(plan(Map.of("node_drain", Map.of("timeout_minutes", 10, "force_node", true)))))
                .containsEntry("kubelet_drain_timeout", "10")
                .containsEntry("kubelet_drain_force_node", "true")
                .containsEntry("kubelet_drain_grace_period", "10")
                .hasSize(6);
    }

    @Test
    void takesTheJobsDefaultsWhereThePlanSetsNothing() throws IOException {
        Map<String, Object> spec = new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(Files.readString(Path.of("..", "release", "jobs", "kubelet", "spec")));
        var properties = (Map<?, ?>) spec.get("properties");
        var settings = NodeDrain.of(plan(Map.of()));
        for (var setting : Parameters.Drain.values()) {
            var property = (Map<?, ?>) properties.get("drain." + setting.property);
            assertThat(settings).containsEntry(setting.parameter, String.valueOf(property.get("default")));
        }
    }

    private static Plan plan(Map<String, Object> properties) {
        return new Plan(properties, List.of(), Optional.empty(), Plan.LifecycleErrands.NONE);
    }
}
