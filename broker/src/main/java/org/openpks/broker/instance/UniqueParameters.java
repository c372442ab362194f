package org.openpks.broker.instance;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.openpks.broker.fault.BrokerFault;
import org.openpks.kernel.Fault;

/// Parameters whose value no two instances may have, such as the host name of a cluster's API. Upper and lower case are
/// the same. Two brokers that create at the same moment do not see each other's.
final class UniqueParameters {

    private final List<String> names;
    private final InstanceRecords records;

    UniqueParameters(List<String> names, InstanceRecords records) {
        this.names = names;
        this.records = records;
    }

    /// @throws Fault naming the parameter when another instance has its value, or is about to
    void check(String instanceId, Map<String, Object> parameters) {
        var asked = names.stream().filter(parameters::containsKey).toList();
        if (asked.isEmpty()) {
            return;
        }
        var others = records.all().stream()
                .filter(record -> !record.instanceId().equals(instanceId))
                .toList();
        for (var name : asked) {
            var value = String.valueOf(parameters.get(name)).strip();
            boolean taken = others.stream()
                    .flatMap(record -> Stream.of(
                            Optional.ofNullable(record.parameters()),
                            Optional.ofNullable(record.operation().parameters())))
                    .flatMap(Optional::stream)
                    .map(values -> values.get(name))
                    .anyMatch(other ->
                            other != null && String.valueOf(other).strip().equalsIgnoreCase(value));
            if (taken) {
                throw new Fault(
                        BrokerFault.PARAMETER_TAKEN,
                        "%s: %s is taken by another instance. Choose another one.".formatted(name, value));
            }
        }
    }
}
