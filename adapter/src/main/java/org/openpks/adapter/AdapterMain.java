package org.openpks.adapter;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openpks.kernel.Fault;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The adapter as an executable after the On-Demand Broker's contract: a command as the argument, one JSON object
/// on standard input, the result on standard output. A failure's message for the user goes to standard output too,
/// its detail to standard error, and the exit code says which kind it is.
public final class AdapterMain {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int FAILED = 1;

    private final ServiceAdapter adapter;

    AdapterMain(ServiceAdapter adapter) {
        this.adapter = adapter;
    }

    static void main(String[] arguments) throws IOException {
        int code = new AdapterMain(new KubernetesServiceAdapter())
                .run(List.of(arguments), System.in, System.out, System.err);
        System.out.flush();
        System.exit(code);
    }

    int run(List<String> arguments, InputStream in, PrintStream out, PrintStream err) throws IOException {
        try {
            if (arguments.size() != 1) {
                throw new Fault(AdapterFault.COMMAND_UNKNOWN, "usage: adapter COMMAND <input.json");
            }
            var command = arguments.getFirst();
            out.print(answer(command, in));
            return 0;
        } catch (Fault fault) {
            out.println(fault.userMessage());
            err.println(fault.code().name() + " " + fault.detail());
            return fault.code() instanceof AdapterFault code ? code.exitCode() : FAILED;
        } catch (JacksonException e) {
            out.println("The input is not the JSON that the contract asks for.");
            return FAILED;
        }
    }

    private String answer(String command, InputStream in) throws IOException {
        return switch (command) {
            case "generate-manifest" -> generateManifest(input(in, "generate_manifest"));
            case "create-binding" -> createBinding(input(in, "create_binding"));
            case "delete-binding" -> deleteBinding(input(in, "delete_binding"));
            case "generate-plan-schemas" -> planSchemas(input(in, "generate_plan_schemas"));
            // Clusters have no dashboard; the contract's answer to that is "not implemented".
            default -> throw new Fault(AdapterFault.COMMAND_UNKNOWN, command + " is not implemented");
        };
    }

    private static JsonNode input(InputStream in, String name) throws IOException {
        var node = JSON.readTree(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                .path(name);
        if (!node.isObject()) {
            throw new Fault(AdapterFault.INPUT_INVALID, "The input has no object " + name + ".");
        }
        return node;
    }

    private String generateManifest(JsonNode input) {
        var manifest = adapter.generateManifest(new ServiceAdapter.GenerateManifest(
                ContractJson.serviceDeployment(inner(input, "service_deployment")),
                ContractJson.plan(inner(input, "plan")),
                ContractJson.map(inner(input, "request_parameters")),
                Optional.of(input.path("previous_manifest").asString("")).filter(text -> !text.isBlank()),
                Optional.of(inner(input, "previous_plan"))
                        .filter(JsonNode::isObject)
                        .map(ContractJson::plan),
                ContractJson.texts(inner(input, "previous_secrets")),
                ContractJson.texts(inner(input, "previous_configs"))));
        return JSON.writeValueAsString(Map.of(
                "manifest", manifest.manifest(),
                "secrets", manifest.secrets(),
                "configs", manifest.configs(),
                "labels", manifest.labels()));
    }

    private String createBinding(JsonNode input) {
        var binding = adapter.createBinding(new ServiceAdapter.CreateBinding(
                input.path("binding_id").asString(""),
                ContractJson.lists(inner(input, "bosh_vms")),
                input.path("manifest").asString(""),
                ContractJson.map(inner(input, "request_parameters")),
                ContractJson.map(inner(input, "secrets")),
                ContractJson.texts(inner(input, "dns_addresses"))));
        return JSON.writeValueAsString(Map.of("credentials", binding.credentials()));
    }

    private String deleteBinding(JsonNode input) {
        adapter.deleteBinding(new ServiceAdapter.DeleteBinding(
                input.path("binding_id").asString(""),
                ContractJson.lists(inner(input, "bosh_vms")),
                input.path("manifest").asString(""),
                ContractJson.map(inner(input, "request_parameters")),
                ContractJson.map(inner(input, "secrets"))));
        return "";
    }

    private String planSchemas(JsonNode input) {
        var schemas = adapter.generatePlanSchemas(ContractJson.plan(inner(input, "plan")));
        return JSON.writeValueAsString(Map.of(
                "service_instance",
                        Map.of(
                                "create", Map.of("parameters", schemas.create()),
                                "update", Map.of("parameters", schemas.update())),
                "service_binding", Map.of("create", Map.of("parameters", schemas.bind()))));
    }

    /// The contract's values are texts that hold JSON; an absent one is a missing node.
    private static JsonNode inner(JsonNode input, String name) {
        var text = input.path(name).asString("");
        return text.isBlank() ? JSON.missingNode() : JSON.readTree(text);
    }
}
