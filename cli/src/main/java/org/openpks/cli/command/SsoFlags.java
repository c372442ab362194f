package org.openpks.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openpks.cli.failure.Failure;
import org.openpks.cli.session.Proof;
import org.openpks.cli.session.SingleSignOn;
import org.openpks.cli.session.Uaa;
import picocli.CommandLine.Option;

/// The three flags for single sign-on.
public final class SsoFlags {

    @Option(names = "--sso", description = "Prompt for a one-time passcode to do single sign-on")
    boolean sso;

    @Option(names = "--sso-auto", description = "Launch a local browser to do single sign-on ($BROWSER, or xdg-open)")
    boolean ssoAuto;

    @Option(names = "--sso-passcode", paramLabel = "string", description = "Log in with a one-time passcode")
    @Nullable
    String ssoPasscode;

    /// Those that were given.
    public List<String> given() {
        var given = new ArrayList<String>();
        if (sso) {
            given.add("--sso");
        }
        if (ssoAuto) {
            given.add("--sso-auto");
        }
        if (ssoPasscode != null) {
            given.add("--sso-passcode");
        }
        return given;
    }

    /// What the user showed by the flag that was given; nothing when none was.
    /// @param client whom the tokens will be for
    public Optional<Proof> proof(Uaa uaa, String client, Context context) {
        if (given().size() > 1) {
            throw new Failure(
                    "The flags %s are different ways to log in; give one.".formatted(String.join(" and ", given())));
        }
        var signOn = new SingleSignOn(uaa, context.terminal());
        if (ssoPasscode != null) {
            return Optional.of(new Proof.Passcode(ssoPasscode));
        }
        if (sso) {
            return Optional.of(signOn.byTypedCode());
        }
        return ssoAuto ? Optional.of(signOn.byBrowser(client, context.variable("BROWSER"))) : Optional.empty();
    }
}
