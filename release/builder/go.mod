module openpks.org/release/builder

go 1.26.0
