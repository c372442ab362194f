package org.openpks.acceptance;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// An organisation's LDAP server over TLS, with people and groups, and the settings that lead UAA to it.
final class LdapServer implements AutoCloseable {

    static final String OPERATORS = "cn=operators,ou=groups,dc=example,dc=com";
    private static final String BASE = "dc=example,dc=com";
    private static final String READER_PASSWORD = "reader's password";

    private final InMemoryDirectoryServer server;
    private final Path files;

    private LdapServer(InMemoryDirectoryServer server, Path files) {
        this.server = server;
        this.files = files;
    }

    /// @param files where certificate and password for UAA's settings go
    static LdapServer start(Path files) throws Exception {
        var keys = SelfSigned.create(files.resolve("ldap.p12"), "dns:localhost");
        Files.writeString(files.resolve("ldap-ca.pem"), keys.pem());
        var password = Files.createFile(
                files.resolve("ldap-password"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(password, READER_PASSWORD);
        var config = new InMemoryDirectoryServerConfig(BASE);
        config.addAdditionalBindCredentials("cn=reader," + BASE, READER_PASSWORD);
        config.setSchema(null);
        config.setListenerConfigs(InMemoryListenerConfig.createLDAPSConfig(
                "tls", InetAddress.getLoopbackAddress(), 0, keys.context().getServerSocketFactory(), null));
        var server = new InMemoryDirectoryServer(config);
        server.add("dn: " + BASE, "objectClass: domain", "dc: example");
        for (var unit : List.of("people", "groups")) {
            server.add("dn: ou=" + unit + "," + BASE, "objectClass: organizationalUnit", "ou: " + unit);
        }
        server.add("dn: " + OPERATORS, "objectClass: groupOfNames", "cn: operators");
        server.startListening();
        return new LdapServer(server, files);
    }

    String settings() {
        return """
                uaa:
                  ldap:
                    urls: ["ldaps://localhost:%d"]
                    bind_dn: cn=reader,%s
                    bind_password_file: %s
                    user_search_base: ou=people,%s
                    group_search_base: ou=groups,%s
                    ca_file: %s
                """.formatted(
                        server.getListenPort("tls"),
                        BASE,
                        files.resolve("ldap-password"),
                        BASE,
                        BASE,
                        files.resolve("ldap-ca.pem"));
    }

    void person(String name, String password) throws Exception {
        server.add(
                "dn: cn=" + name + ",ou=people," + BASE,
                "objectClass: person",
                "cn: " + name,
                "sn: Example",
                "mail: " + name + "@example.com",
                "userPassword: " + password);
    }

    void join(String name, String group) throws Exception {
        server.modify("dn: " + group, "changetype: modify", "add: member", "member: cn=" + name + ",ou=people," + BASE);
    }

    @Override
    public void close() {
        server.shutDown(true);
    }
}
