package org.openpks.director.settings;

import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// The director's uuid: made once, then the database's, for all directors that share it.
@Component
public class DirectorIdentity {

    private final String uuid;

    DirectorIdentity(JdbcClient jdbc) {
        jdbc.sql("insert ignore into director_fact (name, value) values ('uuid', :uuid)")
                .param("uuid", UUID.randomUUID().toString())
                .update();
        this.uuid = jdbc.sql("select value from director_fact where name = 'uuid'")
                .query(String.class)
                .single();
    }

    public String uuid() {
        return uuid;
    }
}
