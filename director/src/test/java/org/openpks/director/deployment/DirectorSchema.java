package org.openpks.director.deployment;

import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.openpks.database.TestDatabase;

/// A fresh schema of the director in a real database.
public final class DirectorSchema implements AutoCloseable {

    private final HikariDataSource source = new HikariDataSource();

    public DirectorSchema() {
        var settings = TestDatabase.settings("director");
        source.setJdbcUrl(settings.get("spring.datasource.url").toString());
        source.setUsername(settings.get("spring.datasource.username").toString());
        source.setPassword(settings.get("spring.datasource.password").toString());
        source.setMaximumPoolSize(12);
        Flyway.configure()
                .dataSource(source)
                .locations(settings.get("spring.flyway.locations").toString())
                .load()
                .migrate();
    }

    public DataSource source() {
        return source;
    }

    @Override
    public void close() {
        source.close();
    }
}
