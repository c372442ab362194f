package org.openpks.api.settings;

import org.openpks.kernel.Fault;
import org.openpks.kernel.FaultCode;

/// What can be wrong with a cluster's settings.
enum SettingsFault implements FaultCode {
    /// A setting is malformed or out of its range.
    SETTING_INVALID;

    @Override
    public Kind kind() {
        return Kind.INVALID;
    }

    /// @param field the path of the field in the request's body
    /// @param rule goes on after the field's name: "must ..."
    static Fault invalid(String field, String rule) {
        return new Fault(SETTING_INVALID, "The field '%s' %s.".formatted(field, rule), "field=" + field);
    }
}
