package org.openpks.api.profile;

import org.openpks.kernel.Fault;
import org.openpks.kernel.FaultCode;

/// What can be wrong with a request about profiles.
public enum ProfileFault implements FaultCode {
    /// A field is missing, malformed or out of its range, or asks for something harmful.
    PROFILE_INVALID(Kind.INVALID),
    /// The profile does not exist, or the caller may not know that it does.
    PROFILE_UNKNOWN(Kind.MISSING),
    /// A cluster's request names a profile that does not exist.
    PROFILE_NOT_FOUND(Kind.INVALID),
    PROFILE_NAME_TAKEN(Kind.CONFLICT),
    PROFILE_IN_USE(Kind.CONFLICT),
    /// The cluster's data or nodes would suffer from the change.
    PROFILE_REFUSED(Kind.UNPROCESSABLE),
    PROFILE_NOT_ALLOWED(Kind.FORBIDDEN);

    private final Kind kind;

    ProfileFault(Kind kind) {
        this.kind = kind;
    }

    @Override
    public Kind kind() {
        return kind;
    }

    /// @param sentence what the caller reads
    /// @param field the path of the field in the request's body
    static Fault invalid(String field, String sentence) {
        return new Fault(PROFILE_INVALID, sentence, "field=" + field);
    }

    /// @param rule goes on after the field's name: "must ..."
    static Fault rule(String field, String rule) {
        return invalid(field, "The field '%s' %s.".formatted(field, rule));
    }
}
