package org.openpks.server.errand;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A broker that answers from a script and records what it was asked. What is not scripted goes well: an upgrade is
/// accepted, runs for one poll and is done; a second one has nothing to do.
final class RecordedFleet implements Fleet {

    final Map<String, String> plans = new LinkedHashMap<>();
    final List<String> asked = new ArrayList<>();
    final Set<String> upgraded = new HashSet<>();
    int mostAtOnce;

    private final Map<String, Deque<Answer>> answers = new HashMap<>();
    private final Map<String, Deque<Progress>> polls = new HashMap<>();
    private final Set<String> running = new HashSet<>();

    RecordedFleet(String... ids) {
        for (var id : ids) {
            plans.put(id, "small");
        }
    }

    RecordedFleet answers(String id, Answer... script) {
        answers.put(id, new ArrayDeque<>(List.of(script)));
        return this;
    }

    RecordedFleet polls(String id, Progress... script) {
        polls.put(id, new ArrayDeque<>(List.of(script)));
        return this;
    }

    @Override
    public List<Instance> instances() {
        return plans.entrySet().stream()
                .map(entry -> new Instance(entry.getKey(), entry.getValue()))
                .toList();
    }

    @Override
    public Answer upgrade(Instance instance) {
        asked.add(instance.id() + "@" + instance.planId());
        var script = answers.getOrDefault(instance.id(), new ArrayDeque<>());
        var answer = script.isEmpty()
                ? upgraded.contains(instance.id()) ? new Answer.UpToDate() : new Answer.Accepted("op-" + instance.id())
                : script.poll();
        if (answer instanceof Answer.Accepted) {
            running.add(instance.id());
            mostAtOnce = Math.max(mostAtOnce, running.size());
        }
        return answer;
    }

    @Override
    public Progress progress(Instance instance, String operation) {
        if (!operation.equals("op-" + instance.id())) {
            throw new AssertionError("polled with " + operation);
        }
        var script = polls.computeIfAbsent(
                instance.id(),
                id -> new ArrayDeque<>(
                        List.of(new Progress.Running("Instance upgrade in progress"), new Progress.Done())));
        var progress = script.size() > 1 ? script.poll() : script.peek();
        if (progress instanceof Progress.Done || progress instanceof Progress.Failed) {
            running.remove(instance.id());
        }
        if (progress instanceof Progress.Done) {
            upgraded.add(instance.id());
        }
        return progress;
    }
}
