package org.openpks.director.event;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// The events table that `bosh events` shows (docs-bosh, `events`). Recording never fails its caller: a lost event
/// is logged.
public interface Events {

    /// Records an event and returns its id. Long actions record two: the second names the first as its parent and
    /// carries the error.
    OptionalLong record(Entry entry);

    /// Newest first, at most 200.
    List<Event> find(Query query);

    Optional<Event> find(long id);

    /// What happened. Absent parts are left out of the answer.
    /// @param context further facts, for example `before` and `after`; no secrets
    record Entry(
            OptionalLong parent,
            String user,
            String action,
            String objectType,
            String objectName,
            Optional<String> error,
            OptionalLong task,
            Optional<String> deployment,
            Optional<String> instance,
            Map<String, Object> context) {

        public static Entry of(String user, String action, String objectType, String objectName) {
            return new Entry(
                    OptionalLong.empty(),
                    user,
                    action,
                    objectType,
                    objectName,
                    Optional.empty(),
                    OptionalLong.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Map.of());
        }

        public Entry in(long task, String deployment) {
            return new Entry(
                    parent,
                    user,
                    action,
                    objectType,
                    objectName,
                    error,
                    OptionalLong.of(task),
                    Optional.of(deployment),
                    instance,
                    context);
        }

        public Entry instance(String instance) {
            return new Entry(
                    parent,
                    user,
                    action,
                    objectType,
                    objectName,
                    error,
                    task,
                    deployment,
                    Optional.of(instance),
                    context);
        }

        public Entry after(OptionalLong parent) {
            return new Entry(parent, user, action, objectType, objectName, error, task, deployment, instance, context);
        }

        public Entry failed(String error) {
            return new Entry(
                    parent,
                    user,
                    action,
                    objectType,
                    objectName,
                    Optional.of(error),
                    task,
                    deployment,
                    instance,
                    context);
        }

        public Entry with(Map<String, Object> context) {
            return new Entry(parent, user, action, objectType, objectName, error, task, deployment, instance, context);
        }
    }

    /// A recorded event.
    /// @param timestamp in seconds since 1970
    record Event(long id, long timestamp, Entry entry) {}

    /// What to look for; absent parts do not filter.
    /// @param beforeTime and afterTime in seconds since 1970
    record Query(OptionalLong beforeId, OptionalLong beforeTime, OptionalLong afterTime, Map<Field, String> fields) {

        /// A column that must equal a text.
        public enum Field {
            TASK,
            DEPLOYMENT,
            INSTANCE,
            USER,
            ACTION,
            OBJECT_TYPE,
            OBJECT_NAME
        }
    }
}
