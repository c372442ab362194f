package org.openpks.cli.credentials;

import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import org.openpks.cli.api.ClusterName;
import org.openpks.cli.command.ClusterNameConverter;
import org.openpks.cli.command.Context;
import org.openpks.cli.command.PksCommand;
import org.openpks.cli.json.Json;
import org.openpks.cli.session.ApiAddress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "exec-credential",
        description = {
            "kubectl calls it by itself in clusters whose credentials were fetched with 'pks get-credentials --exec'. It",
            "prints an ExecCredential of client.authentication.k8s.io/v1 with a token that ends soon."
        })
final class ExecCredentialCommand extends PksCommand {
    @Parameters(paramLabel = "<cluster-name>", converter = ClusterNameConverter.class)
    ClusterName name = new ClusterName("");

    @Option(
            names = {"-a", "--api"},
            paramLabel = "string",
            description = "Address of the PKS API that the cluster belongs to (default: that of your session)")
    @Nullable
    String api;

    /// Not always: kubectl starts it all the time, and most tokens are still good.
    @Override
    public boolean alwaysAsks() {
        return false;
    }

    @Override
    public void run(Context context) {
        var address = api == null ? context.session().api() : ApiAddress.parse(api);
        var credential = new ExecTokens(address, name, context).current();
        var status = new LinkedHashMap<String, Object>();
        status.put(
                "expirationTimestamp",
                credential.ends().truncatedTo(ChronoUnit.SECONDS).toString());
        status.put("token", credential.token());
        var answer = new LinkedHashMap<String, Object>();
        answer.put("apiVersion", ExecUser.API_VERSION);
        answer.put("kind", "ExecCredential");
        answer.put("status", Json.object(status));
        context.terminal().print(Json.object(answer).pretty());
    }
}
