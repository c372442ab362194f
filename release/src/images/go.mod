module openpks.org/release/images

go 1.26.0
