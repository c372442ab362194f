package org.openpks.director.cpi.container;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.openpks.director.cpi.Cpi;

/// A director that makes machines until somebody kills it: the stemcell's id and the number of the test machine are
/// its arguments.
final class EndlessCreation {

    private EndlessCreation() {}

    public static void main(String[] arguments) {
        int number = Integer.parseInt(arguments[0]);
        var cpi = new ContainerCpi(TestMachine.settings(number), Clock.systemUTC());
        for (int host = 10; host < 250; host++) {
            var request = new Cpi.VmRequest(
                    "agent-" + host,
                    arguments[1],
                    Map.of(),
                    Map.of(
                            "default",
                            new Cpi.Network(
                                    "100.111.%d.%d".formatted(number, host),
                                    "255.255.255.0",
                                    "100.111.%d.1".formatted(number),
                                    List.of(),
                                    List.of("gateway"),
                                    Map.of("bridge", "ot%dbr0".formatted(number)))),
                    List.of(),
                    Map.of());
            System.out.println(cpi.createVm(request).cid());
        }
    }
}
