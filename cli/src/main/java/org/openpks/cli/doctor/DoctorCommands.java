package org.openpks.cli.doctor;

import java.util.List;
import org.openpks.cli.command.Entry;

/// The command that looks for what is wrong, for the list of all commands.
public final class DoctorCommands {
    public static final List<Entry> ALL = List.of(Entry.of(
            "doctor",
            "Find out what is wrong between here and your clusters",
            "[flags]",
            DoctorCommand::new,
            "pks doctor",
            "pks doctor --json"));

    private DoctorCommands() {}
}
