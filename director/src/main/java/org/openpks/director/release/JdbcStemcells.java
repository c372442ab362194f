package org.openpks.director.release;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
class JdbcStemcells implements Stemcells {

    private static final Comparator<Stemcell> BY_VERSION =
            Comparator.comparing(Stemcell::version, VersionOrder.INSTANCE).thenComparing(Stemcell::id);

    private final JdbcClient jdbc;

    JdbcStemcells(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Optional<Stemcell> findByOs(String operatingSystem, String version) {
        return newest(version, stemcell -> stemcell.operatingSystem().equals(operatingSystem));
    }

    @Override
    public Optional<Stemcell> findByName(String name, String version) {
        return newest(version, stemcell -> stemcell.name().equals(name));
    }

    /// `latest` takes every version, `N.latest` those of one line.
    private Optional<Stemcell> newest(String version, Predicate<Stemcell> wanted) {
        Predicate<String> fits;
        if (version.equals("latest")) {
            fits = any -> true;
        } else if (version.endsWith(".latest")) {
            var line = version.substring(0, version.length() - "latest".length());
            fits = each -> (each + ".").startsWith(line);
        } else {
            fits = version::equals;
        }
        return list().stream()
                .filter(wanted)
                .filter(stemcell -> fits.test(stemcell.version()))
                .max(BY_VERSION);
    }

    @Override
    public List<Stemcell> list() {
        return jdbc.sql("select * from stemcell order by name").query(JdbcStemcells::stemcell).list().stream()
                .sorted(Comparator.comparing(Stemcell::name).thenComparing(BY_VERSION))
                .toList();
    }

    /// Stores the stemcell, in place of one with its name and version.
    void save(String name, String version, String operatingSystem, String cid, int apiVersion, String checksum) {
        jdbc.sql("""
                insert into stemcell (name, version, operating_system, cid, api_version, checksum)
                values (:name, :version, :os, :cid, :api, :checksum)
                on duplicate key update operating_system = :os, cid = :cid, api_version = :api, checksum = :checksum""")
                .param("name", name)
                .param("version", version)
                .param("os", operatingSystem)
                .param("cid", cid)
                .param("api", apiVersion)
                .param("checksum", checksum)
                .update();
    }

    void delete(long id) {
        jdbc.sql("delete from stemcell where id = :id").param("id", id).update();
    }

    private static Stemcell stemcell(ResultSet row, int number) throws SQLException {
        return new Stemcell(
                row.getLong("id"),
                row.getString("name"),
                row.getString("operating_system"),
                row.getString("version"),
                row.getString("cid"),
                row.getInt("api_version"));
    }
}
