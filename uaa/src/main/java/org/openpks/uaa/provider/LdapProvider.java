package org.openpks.uaa.provider;

import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPURL;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.util.ssl.HostNameSSLSocketVerifier;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.openpks.kernel.TlsClients;
import org.openpks.uaa.UaaSettings;
import org.openpks.uaa.fault.UaaFault;
import org.openpks.uaa.user.User;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// People of an LDAP server: found by a search with an account of ours, proved by a bind with their password.
final class LdapProvider implements PasswordProvider {

    private static final Logger log = LoggerFactory.getLogger(LdapProvider.class);
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final int MOST_GROUPS = 1_000;

    private final UaaSettings.Ldap settings;
    private final Whitelist whitelist;
    private final List<LDAPURL> urls;

    LdapProvider(UaaSettings.Ldap settings) {
        this.settings = settings;
        this.whitelist = new Whitelist(settings.externalGroupsWhitelist());
        this.urls = settings.urls().stream().map(LdapProvider::url).toList();
        if (!Set.of("follow", "ignore").contains(settings.referrals())) {
            throw new IllegalArgumentException("openpks.uaa.ldap.referrals is follow or ignore");
        }
    }

    private static LDAPURL url(String text) {
        try {
            return new LDAPURL(text);
        } catch (LDAPException e) {
            throw new IllegalArgumentException(
                    "openpks.uaa.ldap.urls: " + text + " is not like ldaps://ldap.example.com:636", e);
        }
    }

    @Override
    public String origin() {
        return "ldap";
    }

    /// An empty password is refused here: LDAP takes a bind without one for an anonymous bind, which succeeds.
    @Override
    public Optional<ExternalIdentity> authenticate(String userName, String password) {
        if (password.isEmpty()) {
            return Optional.empty();
        }
        try (var connection = connected()) {
            var person = person(connection, userName);
            if (person.isEmpty() || !binds(person.get().getDN(), password)) {
                return Optional.empty();
            }
            var groups = groups(connection, person.get().getDN(), userName);
            var roles = groups.stream().filter(this::isVisible).toList();
            return Optional.of(
                    new ExternalIdentity(userName, profile(person.get(), userName), List.copyOf(groups), roles));
        } catch (LDAPException e) {
            throw unusable(e);
        }
    }

    private Optional<SearchResultEntry> person(LDAPConnection connection, String userName) throws LDAPException {
        var found = connection
                .search(search(settings.userSearchBase(), filter(settings.userSearchFilter(), userName, userName)))
                .getSearchEntries();
        if (found.size() > 1) {
            log.atWarn().addKeyValue("found", found.size()).log("A user name is not unique in the LDAP server");
            return Optional.empty();
        }
        return found.stream().findFirst();
    }

    /// On a connection of its own, so that the search account stays bound on the other.
    private boolean binds(String dn, String password) throws LDAPException {
        try (var connection = connection()) {
            return connection.bind(dn, password).getResultCode().equals(ResultCode.SUCCESS);
        } catch (LDAPException e) {
            if (e.getResultCode().equals(ResultCode.INVALID_CREDENTIALS)
                    || e.getResultCode().equals(ResultCode.NO_SUCH_OBJECT)
                    || e.getResultCode().equals(ResultCode.UNWILLING_TO_PERFORM)) {
                return false;
            }
            throw e;
        }
    }

    /// The groups of a person, and the groups that those are in.
    private Set<String> groups(LDAPConnection connection, String dn, String userName) throws LDAPException {
        var all = new LinkedHashSet<String>();
        if (settings.groupSearchBase().isEmpty()) {
            return all;
        }
        var members = new ArrayDeque<>(List.of(dn));
        for (int depth = 0; depth < settings.groupSearchDepth() && !members.isEmpty(); depth++) {
            var next = new ArrayDeque<String>();
            for (var member : members) {
                for (var group : connection
                        .search(search(
                                settings.groupSearchBase(), filter(settings.groupSearchFilter(), member, userName)))
                        .getSearchEntries()) {
                    if (all.size() < MOST_GROUPS && all.add(group.getDN())) {
                        next.add(group.getDN());
                    }
                }
            }
            members = next;
        }
        return all;
    }

    private SearchRequest search(String base, Filter filter) {
        var request = new SearchRequest(base, SearchScope.SUB, filter);
        request.setFollowReferrals(settings.referrals().equals("follow"));
        request.setResponseTimeoutMillis(ANSWER.toMillis());
        return request;
    }

    /// What stands for the placeholders cannot end the filter or widen it.
    private static Filter filter(String pattern, String first, String second) throws LDAPException {
        return Filter.create(
                pattern.replace("{0}", Filter.encodeValue(first)).replace("{1}", Filter.encodeValue(second)));
    }

    private boolean isVisible(String dn) {
        var name = dn.replaceFirst("(?i)^cn=([^,]*),.*$", "$1");
        return whitelist.allows(dn) || whitelist.allows(name);
    }

    private User.Profile profile(SearchResultEntry person, String userName) {
        return new User.Profile(
                text(person, settings.emailAttribute()).orElse(userName + "@user.from.ldap"),
                text(person, settings.firstNameAttribute()).orElse(""),
                text(person, settings.lastNameAttribute()).orElse(""),
                "",
                person.getDN().length() <= 255 ? person.getDN() : "");
    }

    private static Optional<String> text(SearchResultEntry person, String attribute) {
        return Optional.ofNullable(person.getAttributeValue(attribute))
                .map(String::strip)
                .filter(value -> !value.isEmpty() && value.length() <= 255);
    }

    private LDAPConnection connected() throws LDAPException {
        var connection = connection();
        try {
            connection.bind(settings.bindDn(), settings.bindPassword());
            return connection;
        } catch (LDAPException e) {
            connection.close();
            throw e;
        }
    }

    private LDAPConnection connection() throws LDAPException {
        LDAPException last = new LDAPException(ResultCode.CONNECT_ERROR, "openpks.uaa.ldap.urls is empty");
        for (var url : urls) {
            try {
                return connection(url);
            } catch (LDAPException e) {
                last = e;
            }
        }
        throw last;
    }

    private LDAPConnection connection(LDAPURL url) throws LDAPException {
        var options = new LDAPConnectionOptions();
        options.setConnectTimeoutMillis((int) CONNECT.toMillis());
        options.setResponseTimeoutMillis(ANSWER.toMillis());
        if (!url.getScheme().equalsIgnoreCase("ldaps")) {
            return new LDAPConnection(options, url.getHost(), url.getPort());
        }
        options.setSSLSocketVerifier(new HostNameSSLSocketVerifier(true));
        return new LDAPConnection(tls().getSocketFactory(), options, url.getHost(), url.getPort());
    }

    private SSLContext tls() {
        try {
            return settings.ca().isBlank() ? SSLContext.getDefault() : TlsClients.context(settings.ca());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no TLS", e);
        }
    }

    private UaaFault unusable(LDAPException e) {
        log.atWarn()
                .addKeyValue("servers", settings.urls())
                .addKeyValue("result", e.getResultCode())
                .addKeyValue("message", e.getMessage())
                .log("The LDAP server cannot be used");
        var why = e.getResultCode().equals(ResultCode.INVALID_CREDENTIALS)
                ? "refuses the account that searches (openpks.uaa.ldap.bind-dn)"
                : "cannot be reached or does not answer as it should (%s)"
                        .formatted(e.getResultCode().getName());
        return UaaFault.of(
                503,
                "server_error",
                "The LDAP server %s %s. Internal users can log in; others when it is back."
                        .formatted(String.join(" ", settings.urls()), why));
    }
}
