package org.openpks.cli.quota;

import java.util.List;
import org.openpks.cli.command.Entry;

/// The commands about quotas, for the list of all commands.
public final class QuotaCommands {
    private static final String ONE = "<owner> [flags]";

    public static final List<Entry> ALL = List.of(
            Entry.of(
                    "create-quota",
                    "Limit what the clusters of an owner may use together",
                    ONE,
                    CreateQuotaCommand::new,
                    "pks create-quota cody --cpu 16 --memory 32.5 --cluster 3"),
            Entry.of(
                    "delete-quota",
                    "Delete the quota of an owner",
                    ONE,
                    DeleteQuotaCommand::new,
                    "pks delete-quota cody --non-interactive"),
            Entry.of("quota", "View the quota of an owner", ONE, QuotaCommand::new, "pks quota cody"),
            Entry.of("quotas", "View all quotas", "[flags]", QuotasCommand::new, "pks quotas", "pks quotas --json"),
            Entry.of(
                    "update-quota",
                    "Change the quota of an owner",
                    ONE,
                    UpdateQuotaCommand::new,
                    "pks update-quota cody --cluster 5"),
            Entry.of("usage", "View what an owner uses", ONE, UsageCommand::new, "pks usage cody"),
            Entry.of("usages", "View what all owners use", "[flags]", UsagesCommand::new, "pks usages"));

    private QuotaCommands() {}
}
