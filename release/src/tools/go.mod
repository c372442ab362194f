module openpks.org/release/tools

go 1.26.0
