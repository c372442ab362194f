package org.openpks.adapter.contract;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What an adapter can be asked for.
public enum Command {
    GENERATE_MANIFEST(
            "write a cluster's manifest",
            List.of("service_deployment", "plan", "request_parameters", "previous_manifest", "previous_plan"),
            List.of("previous_secrets", "previous_configs", "uaa_client")),
    CREATE_BINDING(
            "make an identity in a running cluster and print its credentials",
            List.of("binding_id", "bosh_vms", "manifest", "request_parameters"),
            List.of("secrets", "dns_addresses")),
    DELETE_BINDING(
            "remove a binding's identity",
            List.of("binding_id", "bosh_vms", "manifest", "request_parameters"),
            List.of("secrets")),
    DASHBOARD_URL(
            "print a dashboard's address; clusters have none", List.of("instance_id", "plan", "manifest"), List.of()),
    GENERATE_PLAN_SCHEMAS("print the JSON schemas of a plan's parameters", List.of("plan"), List.of());

    private final String purpose;
    private final List<String> positional;
    private final List<String> onlyByInput;

    Command(String purpose, List<String> positional, List<String> onlyByInput) {
        this.purpose = purpose;
        this.positional = positional;
        this.onlyByInput = onlyByInput;
    }

    /// The first argument.
    public String word() {
        return key().replace('_', '-');
    }

    /// The input object's key.
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    String purpose() {
        return purpose;
    }

    /// The fields that may come as arguments, in their order.
    List<String> positional() {
        return positional;
    }

    /// The fields that only standard input carries.
    List<String> onlyByInput() {
        return onlyByInput;
    }

    static Optional<Command> of(String word) {
        for (var command : values()) {
            if (command.word().equals(word)) {
                return Optional.of(command);
            }
        }
        return Optional.empty();
    }
}
