package org.openpks.api.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openpks.osb.OsbJson;

class ComputeProfileTests {

    private static final String AZS =
            "\"azs\":[{\"name\":\"z1\",\"cpi\":\"c1\",\"cloud_properties\":{\"datacenters\":[]}},{\"name\":\"z2\",\"cpi\":\"c1\",\"cloud_properties\":{}}]";

    private static ComputeProfile profile(String json) {
        ComputeProfileRules.read("p", OsbJson.MAPPER.readTree(json));
        return new ComputeProfile(UUID.randomUUID(), "cp", json);
    }

    private static ComputeProfile customized(String json) {
        return profile("{\"cluster_customization\":" + json + "}");
    }

    @Test
    void takesZonesAndSizesAndPools() {
        assertThatCode(() -> profile("{" + AZS + ",\"master_azs\":[\"z1\"],\"worker_azs\":[\"z1\",\"z2\"]}"))
                .doesNotThrowAnyException();
        var profile = customized("""
                {"control_plane":{"cpu":4,"memory_in_mb":8192,"ephemeral_disk_in_mb":32768,"persistent_disk_in_mb":10240,
                  "az_names":["z1"],"instances":3},
                 "node_pools":[{"name":"small","description":"d","instances":2,"max_worker_instances":4,
                   "node_labels":"a=b,example.com/c=d","node_taints":"a=b:PreferNoSchedule"},
                  {"name":"big","cpu":16,"memory_in_mb":65536,"ephemeral_disk_in_mb":65536,"node_taints":"gpu=yes:NoSchedule"}]}""");
        assertThat(profile.masters()).contains(3);
        assertThat(profile.masterMachine()).contains(new ComputeProfile.Machine(4, 8192));
        assertThat(profile.sizes(Map.of(), Map.of(), 3, 10)).isEqualTo(Map.of("big", 3, "small", 2));
        assertThat(profile.sizes(Map.of(), Map.of("small", 4), 3, 10)).isEqualTo(Map.of("big", 3, "small", 4));
        assertThat(profile.sizes(Map.of("small", 9, "gone", 7), Map.of("big", 1), 3, 10))
                .isEqualTo(Map.of("big", 1, "small", 9));
        assertThatThrownBy(() -> profile.sizes(Map.of(), Map.of("small", 5), 3, 10))
                .hasMessage("The field 'node_pool_instances.small' is 5; compute profile 'cp' allows at most 4.");
        assertThatThrownBy(() -> profile.sizes(Map.of(), Map.of("big", 11), 3, 10))
                .hasMessageContaining("at most 10");
        assertThatThrownBy(() -> profile.sizes(Map.of(), Map.of("none", 1), 3, 10))
                .hasMessage(
                        "The field 'node_pool_instances.none' names a pool that compute profile 'cp' does not have; it has big, small.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                  | The field 'p' must have azs or cluster_customization.
            {"azs":[{}]}                        | The field 'p.azs[0].name' is missing.
            {"azs":[{"name":"z"}]}              | The field 'p.azs[0].cpi' is missing.
            {"azs":[{"name":"z","cpi":"c"}]}    | The field 'p.azs[0].cloud_properties' is missing.
            {"azs":[{"name":"z","cpi":"c","cloud_properties":[]}]} | The field 'p.azs[0].cloud_properties' must be an object.
            {"azs":[{"name":"z","cpi":"c","cloud_properties":{}}],"master_azs":["y"]} | The field 'p.master_azs' names the zone 'y', which is not among azs.
            {"master_azs":[]}                   | The field 'p.master_azs' must not be empty.
            {"zones":[]}                        | The field 'p.zones' is unknown.
            """)
    void namesWhatIsWrong(String json, String sentence) {
        assertThatThrownBy(() -> profile(json)).hasMessage(sentence);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"control_plane":{"instances":2}}   | control_plane.instances' must be 1, 3 or 5, so that a majority of the masters can agree.
            {"control_plane":{"instances":7}}   | control_plane.instances' must be a whole number from 1 to 5.
            {"control_plane":{"cpu":2}}         | control_plane.cpu' needs the others of cpu, memory_in_mb and ephemeral_disk_in_mb beside it.
            {"control_plane":{"memory":2}}      | control_plane.memory' is unknown.
            {"node_pools":[{}]}                 | node_pools[0].name' is missing.
            {"node_pools":[{"name":"A"}]}       | node_pools[0].name' must have at most 26 small letters, digits and '-', and start with a letter.
            {"node_pools":[{"name":"a"},{"name":"a"}]} | node_pools[1].name' names a pool that stands there already.
            {"node_pools":[{"name":"a","instances":0}]} | node_pools[0].instances' must be a whole number from 1 to 5000.
            {"node_pools":[{"name":"a","instances":3,"max_worker_instances":2}]} | node_pools[0].instances' must be a whole number from 1 to 2.
            {"node_pools":[{"name":"a","node_labels":"a b"}]} | node_pools[0].node_labels' must be of the form key=value,key2=value2.
            {"node_pools":[{"name":"a","node_labels":"node-role.kubernetes.io/master="}]} | node_pools[0].node_labels' must not set node-role.kubernetes.io/master, which no node may give itself.
            {"node_pools":[{"name":"a","node_labels":"openpks.org/node-pool=b"}]} | node_pools[0].node_labels' must not set openpks.org/node-pool, which no node may give itself.
            {"node_pools":[{"name":"windows"}]} | node_pools[0].name' must not be windows, which means other workers.
            {"node_pools":[{"name":"a","node_taints":"a=b"}]} | node_pools[0].node_taints' must be of the form key=value:NoSchedule.
            {"node_pools":[{"name":"a","node_taints":"a=b:NoExecute"}]} | node_pools' must have a pool without NoSchedule and NoExecute taints, for pods that tolerate none.
            {"node_pool":[]}                    | cluster_customization.node_pool' is unknown. Did you mean 'node_pools'?
            """)
    void namesWhatIsWrongInSizes(String json, String ending) {
        assertThatThrownBy(() -> customized(json))
                .hasMessageStartingWith("The field 'p.cluster_customization")
                .hasMessageEndingWith(ending);
    }

    @Test
    void movesNoNodesThatAreThere() {
        var plain = customized("{\"node_pools\":[{\"name\":\"a\"}]}");
        var zoned = customized("{\"control_plane\":{\"az_names\":[\"z1\"]},\"node_pools\":[{\"name\":\"a\"}]}");
        var moved = customized("{\"node_pools\":[{\"name\":\"a\",\"az_names\":[\"z2\"]}]}");
        var other = customized("{\"node_pools\":[{\"name\":\"b\",\"az_names\":[\"z2\"]}]}");
        var workers = profile("{\"worker_azs\":[\"z1\"]}");
        assertThatCode(() -> plain.checkFollows(Optional.empty(), 1)).doesNotThrowAnyException();
        assertThatCode(() -> other.checkFollows(Optional.of(plain), 1)).doesNotThrowAnyException();
        assertThatThrownBy(() -> zoned.checkFollows(Optional.empty(), 1)).hasMessageContaining("masters to other");
        assertThatThrownBy(() -> plain.checkFollows(Optional.of(zoned), 1)).hasMessageContaining("masters to other");
        assertThatThrownBy(() -> moved.checkFollows(Optional.of(plain), 1)).hasMessageContaining("pool 'a' to other");
        assertThatThrownBy(() -> workers.checkFollows(Optional.empty(), 1)).hasMessageContaining("workers to other");
    }

    @Test
    void changesNoNumberOfMasters() {
        var three = customized("{\"control_plane\":{\"instances\":3}}");
        var one = customized("{\"control_plane\":{\"instances\":1}}");
        assertThatCode(() -> three.checkFollows(Optional.empty(), 3)).doesNotThrowAnyException();
        assertThatThrownBy(() -> three.checkFollows(Optional.empty(), 1)).hasMessageContaining("has 1 masters");
        assertThatThrownBy(() -> one.checkFollows(Optional.empty(), 3))
                .hasMessage("Compute profile 'cp' cannot be given to this cluster, because the cluster has 3 masters, "
                        + "and their number cannot change.");
        assertThatThrownBy(() -> one.checkFollows(Optional.of(three), 1)).hasMessageContaining("3 masters");
    }
}
