package org.openpks.api.plan;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.openpks.api.ApiSettings;
import org.openpks.api.settings.Drain;
import org.openpks.kernel.Fault;
import org.openpks.osb.OsbClient;
import org.openpks.osb.ServicePlan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/// The plans of the broker's catalog, cached. When the broker is silent the last known ones stay good.
@Service
public class Plans {

    private static final Logger log = LoggerFactory.getLogger(Plans.class);

    /// An unknown name asks the broker again, but not more often than this.
    private static final Duration LEAST_AGE = Duration.ofSeconds(1);

    /// How long an answer is waited for where an older one is known.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final OsbClient broker;
    private final InstantSource clock;
    private final Duration maximumAge;
    private final String serviceId;
    private final ReentrantLock asking = new ReentrantLock();
    private @Nullable Question question;
    private volatile @Nullable Known known;
    /// A broker that is silent is not asked for each of a list's clusters.
    private volatile Instant askedAgain = Instant.MIN;

    private record Known(List<Plan> plans, Instant at) {}

    /// @param at when it was asked
    private record Question(Instant at, CompletableFuture<Known> answer) {}

    Plans(OsbClient broker, InstantSource clock, ApiSettings settings) {
        this.broker = broker;
        this.clock = clock;
        this.maximumAge = settings.plansMaxAge();
        this.serviceId = settings.broker().serviceId();
    }

    /// In the catalog's order.
    /// @throws Fault with [PlanFault#PLANS_UNKNOWN] when the broker never answered
    public List<Plan> all() {
        return youngerThan(maximumAge);
    }

    /// The plan that people call so.
    /// @throws Fault with [PlanFault#PLAN_UNKNOWN], whose sentence lists the plans there are
    public Plan named(String name) {
        return find(all(), name).or(() -> find(youngerThan(LEAST_AGE), name)).orElseThrow(() -> unknown(name));
    }

    /// The plan of an existing cluster; empty when it left the catalog.
    public Optional<Plan> withId(String id) {
        return all().stream().filter(plan -> plan.id().equals(id)).findFirst();
    }

    /// The plan of an existing cluster as it was told last, without asking the broker when it has ever answered: for
    /// use where others wait.
    public Optional<Plan> toldOf(String id) {
        var last = known;
        return (last == null ? all() : last.plans())
                .stream().filter(plan -> plan.id().equals(id)).findFirst();
    }

    private Fault unknown(String name) {
        var names = all().stream().map(Plan::name).collect(Collectors.joining(", "));
        return new Fault(
                PlanFault.PLAN_UNKNOWN,
                "Plan '%s' does not exist. The plans are: %s.".formatted(shortened(name), names),
                "field=plan_name");
    }

    private static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }

    private static Optional<Plan> find(List<Plan> plans, String name) {
        return plans.stream().filter(plan -> plan.name().equals(name)).findFirst();
    }

    private List<Plan> youngerThan(Duration age) {
        var seen = known;
        var now = clock.instant();
        if (seen != null && (seen.at().plus(age).isAfter(now) || now.isBefore(askedAgain))) {
            return seen.plans();
        }
        var asked = question();
        try {
            return seen == null
                    ? asked.answer().get().plans()
                    : asked.answer()
                            .get(
                                    Duration.between(now, asked.at().plus(PATIENCE))
                                            .toMillis(),
                                    TimeUnit.MILLISECONDS)
                            .plans();
        } catch (ExecutionException e) {
            if (seen != null) {
                return seen.plans();
            }
            throw e.getCause() instanceof Fault fault ? unknownFor(fault) : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            return Objects.requireNonNull(seen).plans();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Fault(PlanFault.PLANS_UNKNOWN, "The request was interrupted.", "", e);
        }
    }

    private static Fault unknownFor(Fault fault) {
        return new Fault(
                PlanFault.PLANS_UNKNOWN,
                "The PKS Broker does not tell its plans: " + fault.userMessage(),
                fault.detail(),
                fault);
    }

    /// The question that is on its way, or a new one. All who wait share it, because a broker may be long silent.
    private Question question() {
        asking.lock();
        try {
            var running = question;
            if (running == null || running.answer().isDone()) {
                var answer = new CompletableFuture<Known>();
                running = new Question(clock.instant(), answer);
                question = running;
                Thread.ofVirtual().name("plans").start(() -> ask(answer));
            }
            return running;
        } finally {
            asking.unlock();
        }
    }

    private void ask(CompletableFuture<Known> answer) {
        try {
            var read = new Known(read(), clock.instant());
            known = read;
            askedAgain = Instant.MIN;
            answer.complete(read);
        } catch (Fault e) {
            log.atWarn()
                    .addKeyValue("fault", e.code().name())
                    .addKeyValue("detail", e.detail())
                    .log("The plans may be old");
            askedAgain = clock.instant().plus(LEAST_AGE);
            answer.completeExceptionally(e);
        } catch (RuntimeException | LinkageError e) {
            answer.completeExceptionally(e);
        }
    }

    private List<Plan> read() {
        return broker.catalog().services().stream()
                .filter(service -> service.id().equals(serviceId))
                .flatMap(service -> service.plans().stream())
                .map(Plans::plan)
                .toList();
    }

    private static Plan plan(ServicePlan plan) {
        var metadata = plan.metadata();
        var openpks = metadata.get("openpks") instanceof Map<?, ?> map ? map : Map.of();
        int workers = number(metadata, "worker_instances", 1);
        return new Plan(
                plan.id(),
                plan.name(),
                plan.description(),
                workers,
                number(metadata, "max_worker_instances", Math.max(workers, 1)),
                number(metadata, "master_instances", 1),
                Boolean.TRUE.equals(metadata.get("allow-privileged-containers")),
                Software.of(plan.maintenanceInfo()),
                machine(openpks.get("master")),
                machine(openpks.get("worker")),
                drain(openpks.get("drain")));
    }

    private static Plan.Machine machine(@Nullable Object told) {
        return told instanceof Map<?, ?> map
                ? new Plan.Machine(positive(map.get("cpu")), positive(map.get("memory_mb")))
                : Plan.Machine.UNKNOWN;
    }

    private static Optional<Integer> positive(@Nullable Object told) {
        return told instanceof Integer number && number > 0 ? Optional.of(number) : Optional.empty();
    }

    private static SortedMap<Drain, String> drain(@Nullable Object told) {
        var settings = Drain.usually();
        if (told instanceof Map<?, ?> map) {
            settings.replaceAll((setting, usual) -> map.get(setting.field()) instanceof String text ? text : usual);
        }
        return settings;
    }

    private static int number(Map<String, Object> metadata, String key, int otherwise) {
        return metadata.get(key) instanceof Number value ? value.intValue() : otherwise;
    }
}
