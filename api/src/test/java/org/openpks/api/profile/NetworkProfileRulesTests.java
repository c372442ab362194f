package org.openpks.api.profile;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openpks.osb.OsbJson;

class NetworkProfileRulesTests {

    private static final String ID = "1e838e4e-1a2b-4c3d-8e9f-0a1b2c3d4e5f";

    private static void check(String json) {
        NetworkProfileRules.check("p", OsbJson.MAPPER.readTree(json.replace("ID", ID)));
    }

    private static String cni(String parameters) {
        return "{\"cni_configurations\":{\"type\":\"nsxt\",\"parameters\":" + parameters + "}}";
    }

    @Test
    void takesEveryParameter() {
        assertThatCode(() -> check("""
                {"lb_size":"medium","pod_ip_block_ids":["ID"],"pod_subnet_prefix":24,"pod_routable":"true",
                 "node_ip_block_ids":["ID"],"node_subnet_prefix":27,"node_routable":false,"fip_pool_ids":["ID"],
                 "t0_router_id":"ID","master_vms_nsgroup_id":"ID","nodes_dns":["10.0.0.1","10.0.0.2","10.0.0.3"],
                 "dns_lookup_mode":"API_INGRESS","ingress_prefix":"ingress","single_tier_topology":true,
                 "infrastructure_networks":["10.0.0.0/8","192.168.0.1"],
                 "cni_configurations":{"type":"nsxt","parameters":{"nsx_lb":false,"nsx_ingress_controller":false,
                  "x_forwarded_for":"insert","ingress_ip":"10.0.0.9",
                  "ingress_persistence_settings":{"persistence_type":"cookie","persistence_timeout":1},
                  "max_l4_lb_service":10,"l4_persistence_type":"source_ip","l4_lb_algorithm":"ip_hash",
                  "log_settings":{"log_level":"DEBUG","log_dropped_traffic":true},
                  "top_firewall_section_marker":"ID","bottom_firewall_section_marker":"ID","enable_err_crd":true}}}""")).doesNotThrowAnyException();
        assertThatCode(() -> check("{}")).doesNotThrowAnyException();
        assertThatCode(() -> check(cni("{\"nsx_lb\":false}"))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            []                                  | The field 'p' must be an object.
            {"lb_size":"huge"}                  | The field 'p.lb_size' must be small or medium or large.
            {"lb_size":1}                       | The field 'p.lb_size' must be a text.
            {"lb_sise":"small"}                 | The field 'p.lb_sise' is unknown. Did you mean 'lb_size'?
            {"pod_ip_block_ids":["x"]}          | The field 'p.pod_ip_block_ids[0]' must be the id (UUID) of an NSX-T object.
            {"pod_ip_block_ids":"ID"}           | The field 'p.pod_ip_block_ids' must be a list.
            {"pod_ip_block_ids":["ID","ID"]}    | The field 'p.pod_ip_block_ids' names something twice.
            {"pod_subnet_prefix":33}            | The field 'p.pod_subnet_prefix' must be a whole number from 1 to 32.
            {"pod_subnet_prefix":"24"}          | The field 'p.pod_subnet_prefix' must be a whole number from 1 to 32.
            {"pod_routable":"yes"}              | The field 'p.pod_routable' must be true or false.
            {"single_tier_topology":"true"}     | The field 'p.single_tier_topology' must be true or false.
            {"nodes_dns":["1.1.1.1","1.1.1.2","1.1.1.3","1.1.1.4"]} | The field 'p.nodes_dns' has more than 3 addresses.
            {"nodes_dns":["dns.example.com"]}   | The field 'p.nodes_dns[0]' must be an IPv4 address.
            {"dns_lookup_mode":"INGRESS"}       | The field 'p.dns_lookup_mode' must be API or API_INGRESS.
            {"dns_lookup_mode":"API_INGRESS"}   | The field 'p.ingress_prefix' is needed with dns_lookup_mode API_INGRESS.
            {"ingress_prefix":"a"}              | The field 'p.ingress_prefix' makes sense with dns_lookup_mode API_INGRESS alone.
            {"infrastructure_networks":["10.0.0.0/33"]} | The field 'p.infrastructure_networks[0]' must be an IPv4 address or network such as 10.0.0.0/16.
            {"cni_configurations":{"parameters":{}}} | The field 'p.cni_configurations.type' is missing; it must be nsxt.
            {"cni_configurations":{"type":"flannel"}} | The field 'p.cni_configurations.type' must be nsxt.
            """)
    void namesWhatIsWrong(String json, String sentence) {
        assertThatThrownBy(() -> check(json)).hasMessage(sentence);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"nsx_lb":false,"nsx_ingress_controller":true} | nsx_ingress_controller' must be false when nsx_lb is false.
            {"x_forwarded_for":"remove"}        | x_forwarded_for' must be insert or replace.
            {"x_forwarded_for":true}            | x_forwarded_for' must be a text.
            {"ingress_ip":"10.0.0.300"}         | ingress_ip' has an invalid parameter value; it must be an IPv4 address.
            {"ingress_persistence_settings":{"persistence_type":"cookie"}} | persistence_timeout' is missing; persistence_type and persistence_timeout go together.
            {"ingress_persistence_settings":{"persistence_timeout":5}} | persistence_type' is missing; persistence_type and persistence_timeout go together.
            {"ingress_persistence_settings":{"persistence_type":"cookie","persistence_timeout":0}} | persistence_timeout' must be a whole number of at least 1.
            {"max_l4_lb_service":0}             | max_l4_lb_service' must be a whole number of at least 1.
            {"l4_persistence_type":"cookie"}    | l4_persistence_type' must be source_ip.
            {"l4_lb_algorithm":"random"}        | l4_lb_algorithm' must be round_robin or least_connection or ip_hash or weighted_round_robin.
            {"log_settings":{"log_level":"TRACE"}} | log_level' must be INFO or WARNING or DEBUG or ERROR or CRITICAL.
            {"log_settings":{"log_dropped_traffic":"true"}} | log_dropped_traffic' must be true or false.
            {"log_settings":{"level":"INFO"}}   | log_settings.level' is unknown.
            {"enable_err_crd":1}                | enable_err_crd' must be true or false.
            {"top_firewall_section_marker":"x"} | top_firewall_section_marker' must be the id (UUID) of an NSX-T object.
            """)
    void namesWhatIsWrongInCniParameters(String json, String ending) {
        assertThatThrownBy(() -> check(cni(json)))
                .hasMessageStartingWith("The field 'p.cni_configurations.parameters.")
                .hasMessageEndingWith(ending);
    }
}
