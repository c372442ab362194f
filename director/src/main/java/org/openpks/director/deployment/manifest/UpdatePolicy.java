package org.openpks.director.deployment.manifest;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/// How instances are updated (docs-bosh, `manifest-v2`, update block).
///
/// Of a watch time only the maximum counts here: machines are asked every few milliseconds, so a job that runs is
/// seen at once and there is nothing to gain from BOSH's first sleep.
/// @param parallelZonesAtFirst the AZs of a new deployment are updated all at once
public record UpdatePolicy(
        Count canaries,
        Count maxInFlight,
        Duration canaryWatch,
        Duration updateWatch,
        boolean serial,
        boolean parallelZonesAtFirst) {

    static UpdatePolicy parse(Fields fields) {
        for (var name : new String[] {"canaries", "max_in_flight", "canary_watch_time", "update_watch_time"}) {
            if (!fields.has(name)) {
                throw fields.missing(name);
            }
        }
        return new UpdatePolicy(new Count(0, false), new Count(1, false), Duration.ZERO, Duration.ZERO, true, false)
                .with(fields);
    }

    /// The same with what the fields say otherwise.
    UpdatePolicy with(Fields fields) {
        var strategy = fields.optionalString("vm_strategy").orElse("delete-create");
        if (!strategy.equals("delete-create")) {
            throw fields.invalid("vm_strategy", "must be 'delete-create'; this director knows no other");
        }
        var zones = fields.optionalString("initial_deploy_az_update_strategy");
        if (zones.isPresent() && !zones.get().equals("serial") && !zones.get().equals("parallel")) {
            throw fields.invalid("initial_deploy_az_update_strategy", "must be 'serial' or 'parallel'");
        }
        return new UpdatePolicy(
                count(fields, "canaries", canaries),
                count(fields, "max_in_flight", maxInFlight),
                watch(fields, "canary_watch_time", canaryWatch),
                watch(fields, "update_watch_time", updateWatch),
                fields.flag("serial", serial),
                zones.map(text -> text.equals("parallel")).orElse(parallelZonesAtFirst));
    }

    public UpdatePolicy overridden(Optional<Count> canaries, Optional<Count> maxInFlight) {
        return new UpdatePolicy(
                canaries.orElse(this.canaries),
                maxInFlight.orElse(this.maxInFlight),
                canaryWatch,
                updateWatch,
                serial,
                parallelZonesAtFirst);
    }

    /// How many are updated at a time, at least one.
    public int inFlight(int total) {
        return Math.max(1, maxInFlight.of(total));
    }

    private static Count count(Fields fields, String name, Count otherwise) {
        if (!fields.has(name)) {
            return otherwise;
        }
        try {
            return Count.parse(String.valueOf(fields.raw(name)));
        } catch (IllegalArgumentException e) {
            throw fields.invalid(name, e.getMessage());
        }
    }

    private static Duration watch(Fields fields, String name, Duration otherwise) {
        if (!fields.has(name)) {
            return otherwise;
        }
        var text = String.valueOf(fields.raw(name)).strip();
        var match = Pattern.compile("(?:(\\d{1,9})\\s*-\\s*)?(\\d{1,9})").matcher(text);
        if (!match.matches()) {
            throw fields.invalid(name, "should be a number of milliseconds or a range like 1000-30000");
        }
        var maximum = Long.parseLong(match.group(2));
        if (match.group(1) != null && Long.parseLong(match.group(1)) > maximum) {
            throw fields.invalid(name, "has a minimum above its maximum");
        }
        return Duration.ofMillis(maximum);
    }
}
