module openpks.org/release/nodectl

go 1.26.0
