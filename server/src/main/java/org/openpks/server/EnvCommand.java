package org.openpks.server;

import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Prints what clients need as `export` lines.
@Command(
        name = "env",
        description = {
            "Print export lines with addresses and credentials, for a shell.",
            "",
            "  eval \"$(bin/pks-server env)\"",
            "",
            "The output holds passwords."
        })
final class EnvCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var installation = Main.existingInstallation();
        var ports = installation.settings().ports();
        var credentials = installation.credentials();
        var lines = new LinkedHashMap<String, String>();
        lines.put("PKS_API", installation.apiUrl().toString());
        lines.put("PKS_USER", Credentials.ADMIN_USER);
        lines.put("PKS_PASSWORD", credentials.adminPassword());
        lines.put("PKS_CA_CERT", installation.ca().toString());
        lines.put("UAA_URL", installation.uaaUrl().toString());
        lines.put("UAA_ADMIN_CLIENT", Credentials.UAA_ADMIN_CLIENT);
        lines.put("UAA_ADMIN_SECRET", credentials.uaaAdminSecret());
        var external = installation.settings().externalDirector();
        var director = DirectorAccess.director(installation);
        lines.put("BOSH_ENVIRONMENT", director.url().toString());
        lines.put("BOSH_CLIENT", director.client());
        lines.put("BOSH_CLIENT_SECRET", director.secret());
        lines.put(
                "BOSH_CA_CERT",
                (external == null ? installation.ca() : external.director().caFile()).toString());
        lines.put("CREDHUB_SERVER", DirectorAccess.credhub(installation).url().toString());
        lines.put("BROKER_URL", installation.local(ports.broker()).toString());
        lines.put("BROKER_USER", Credentials.BROKER_USER);
        lines.put("BROKER_PASSWORD", credentials.brokerPassword());
        lines.put("NSXT_URL", "");
        lines.put("NSXT_USER", "");
        lines.put("NSXT_PASSWORD", "");
        lines.put("DB_URL", installation.database().url(""));
        lines.put("DB_USER", Credentials.DATABASE_USER);
        lines.put("DB_PASSWORD", credentials.databasePassword());
        var out = spec.commandLine().getOut();
        lines.forEach((name, value) -> out.println("export " + name + "='" + value.replace("'", "'\\''") + "'"));
        return 0;
    }
}
