package org.openpks.uaa.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.openpks.uaa.access.Caller;
import org.openpks.uaa.audit.Audit;
import org.openpks.uaa.fault.UaaFault;
import org.openpks.uaa.policy.Passwords;
import org.openpks.uaa.scim.Body;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/// Changes to clients; several at once happen all or not at all.
@Component
class ClientChanges {

    private final Clients clients;
    private final ClientRules rules;
    private final ClientSecrets secrets;
    private final Passwords passwords;
    private final Audit audit;

    ClientChanges(Clients clients, ClientRules rules, ClientSecrets secrets, Passwords passwords, Audit audit) {
        this.clients = clients;
        this.rules = rules;
        this.secrets = secrets;
        this.passwords = passwords;
        this.audit = audit;
    }

    /// @param action `add`, `update`, `update,secret`, `delete` or `secret`
    record Step(String action, Body body) {}

    @Transactional
    public Client create(Body body, Caller caller) {
        var client = rules.create(body, caller);
        if (!clients.addIfMissing(client)) {
            throw UaaFault.of(409, ClientJson.ERROR, "Client already exists: " + client.id());
        }
        audit.log("ClientCreateSuccess", client.id(), "by", caller.name());
        return known(client.id());
    }

    @Transactional
    public Client update(String id, Body body, Caller caller) {
        clients.update(rules.change(body, known(id), caller));
        audit.log("ClientUpdateSuccess", id, "by", caller.name());
        return known(id);
    }

    @Transactional
    public Client delete(String id, Caller caller) {
        var client = known(id);
        clients.delete(id);
        audit.log("ClientDeleteSuccess", id, "by", caller.name());
        return client;
    }

    @Transactional
    public Client changeMeta(Client client, Body body) {
        var old = client.meta();
        clients.update(client.with(new Client.Meta(
                body.bool("showOnHomePage").orElse(old.showOnHomePage()),
                body.text("appLaunchUrl", 1_024).orElse(old.appLaunchUrl()),
                body.text("appIcon", 1 << 20).orElse(old.appIcon()),
                old.createdBy())));
        return known(client.id());
    }

    /// Sets the secret, adds a second one, or takes the first of two away.
    /// @return what UAA says of it
    @Transactional
    public String changeSecret(String id, Body body, Caller caller) {
        var client = known(id);
        if (!caller.holdsAny(Set.of("clients.admin"))) {
            refuseForeign(client, body, caller);
        }
        var mode = body.text("changeMode").orElse("UPDATE");
        var hashes = new ArrayList<>(client.secretHashes());
        var said =
                switch (mode) {
                    case "UPDATE" -> {
                        hashes.clear();
                        hashes.add(newSecret(body));
                        yield "secret updated";
                    }
                    case "ADD" -> {
                        if (hashes.size() != 1 || hashes.getFirst().isEmpty()) {
                            throw ClientRules.invalid(
                                    "client secret is either empty or client already has two secrets.");
                        }
                        hashes.add(newSecret(body));
                        yield "Secret is added";
                    }
                    case "DELETE" -> {
                        if (hashes.size() != 2) {
                            throw ClientRules.invalid("client secret is either empty or client has only one secret.");
                        }
                        hashes.removeFirst();
                        yield "Secret is deleted";
                    }
                    default -> throw ClientRules.invalid("changeMode is UPDATE, ADD or DELETE.");
                };
        clients.changeSecrets(id, hashes);
        audit.log("SecretChangeSuccess", id, "by", caller.name());
        return said;
    }

    /// Clients that are no administrators change their own secret, and show the old one.
    private void refuseForeign(Client client, Body body, Caller caller) {
        if (caller.userId().isPresent() || !caller.clientId().equals(client.id())) {
            throw ClientRules.invalid("Bad request. Not permitted to change another client's secret");
        }
        if (!secrets.match(Optional.of(client), body.text("oldSecret").orElse(""))) {
            audit.log("SecretChangeFailure", client.id());
            throw ClientRules.invalid("Previous secret is required and must be valid");
        }
    }

    private String newSecret(Body body) {
        var secret = body.text("secret")
                .or(() -> body.text("client_secret"))
                .orElseThrow(() -> ClientRules.invalid("secret is missing."));
        rules.checkSecret(secret);
        return passwords.hash(secret);
    }

    @Transactional
    public List<Client> apply(List<Step> steps, Caller caller) {
        var changed = new ArrayList<Client>();
        for (var step : steps) {
            var id = step.body()
                    .text("client_id")
                    .or(() -> step.body().text("clientId"))
                    .orElseThrow(() -> ClientRules.invalid("client_id is missing."));
            changed.add(
                    switch (step.action()) {
                        case "add" -> create(step.body(), caller);
                        case "update" -> update(id, step.body(), caller);
                        case "update,secret" -> {
                            changeSecret(id, step.body(), caller);
                            yield update(id, step.body(), caller);
                        }
                        case "secret" -> {
                            changeSecret(id, step.body(), caller);
                            yield known(id);
                        }
                        case "delete" -> delete(id, caller);
                        default ->
                            throw ClientRules.invalid("action is add, update, update,secret, delete or secret, not "
                                    + UaaFault.printable(step.action()));
                    });
        }
        return changed;
    }

    private Client known(String id) {
        return clients.find(id).orElseThrow(() -> unknown(id));
    }

    static UaaFault unknown(String id) {
        return UaaFault.of(404, ClientJson.ERROR, "No client with requested id: " + UaaFault.printable(id));
    }
}
