package org.openpks.cli.doctor;

import java.util.LinkedHashMap;
import org.openpks.cli.json.Json;

/// What a check found.
/// @param text what is the case
/// @param next what to do about it; empty when nothing is to be done
record Finding(String check, State state, String text, String next) {
    enum State {
        OK("ok"),
        PROBLEM("problem"),
        SKIPPED("skipped");

        private final String word;

        State(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    static Finding ok(String check, String text) {
        return new Finding(check, State.OK, text, "");
    }

    static Finding problem(String check, String text, String next) {
        return new Finding(check, State.PROBLEM, text, next);
    }

    /// For what cannot be looked at while something else is wrong.
    static Finding skipped(String check, String why) {
        return new Finding(check, State.SKIPPED, why, "");
    }

    Json toJson() {
        var json = new LinkedHashMap<String, Object>();
        json.put("check", check);
        json.put("state", state.word());
        json.put("text", text);
        json.put("next", next);
        return Json.object(json);
    }
}
