#include "http/static_files.hpp"

#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "http/compression.hpp"

namespace mainspring::http {

namespace {

namespace fs = std::filesystem;

class Folder {
public:
    Folder() : path_(fs::temp_directory_path() / ("mainspring-web-" + std::to_string(::getpid()))) {
        fs::remove_all(path_);
        write("web/index.html", "<html>front</html>");
        write("web/assets/app-1a2b3c4d.js", std::string(3'000, 'x'));
        write("web/assets/app-1a2b3c4d.css", "body{}");
        write("web/assets/made-00000000.js", "plain");
        write("web/assets/made-00000000.js.gz", "zipped before");
        write("web/favicon.ico", "icon");
        write("web/.env", "secret");
        write("web/.git/config", "secret");
        write("outside.txt", "secret");
        fs::create_symlink("../outside.txt", path_ / "web/leads-out.txt");
        fs::create_symlink("..", path_ / "web/folder-out");
        fs::create_symlink("index.html", path_ / "web/start.html");
    }
    ~Folder() { fs::remove_all(path_); }
    fs::path web() const { return path_ / "web"; }
    void write(const std::string& name, const std::string& bytes) const {
        fs::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name, std::ios::binary) << bytes;
    }

private:
    fs::path path_;
};

Request get(std::string path, Pairs headers = {}) { return {.path = std::move(path), .headers = std::move(headers)}; }

TEST_CASE("files have their type and how long they may be kept") {
    const Folder folder;
    const StaticFiles files(folder.web());
    const auto page = files.answer(get("/index.html")).value();
    CHECK(page.body == "<html>front</html>");
    CHECK(page.content_type == "text/html; charset=utf-8");
    CHECK(find_header(page.headers, "Cache-Control") == "no-cache");
    const auto script = files.answer(get("/assets/app-1a2b3c4d.js")).value();
    CHECK(script.content_type == "text/javascript; charset=utf-8");
    CHECK(find_header(script.headers, "Cache-Control") == "public, max-age=31536000, immutable");
    CHECK(files.answer(get("/assets/app-1a2b3c4d.css")).value().content_type == "text/css; charset=utf-8");
    CHECK(files.answer(get("/favicon.ico")).value().content_type == "image/x-icon");
    CHECK(files.answer(get("/start.html")).value().body == page.body);  // a link that stays within
}

TEST_CASE("an address that a browser goes to is a page, whatever its last part") {
    const Folder folder;
    const StaticFiles files(folder.web());
    const Pairs browser{{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"}};
    CHECK(files.answer(get("/u/x/accounts/A.1", browser)).value().body == "<html>front</html>");
    CHECK(!files.answer(get("/u/x/accounts/A.1", {{"Accept", "*/*"}})));
    CHECK(!files.answer(get("/assets/gone.js", browser)));
    CHECK(!files.answer(get("/api/v1/x.y", browser)));
}

TEST_CASE("unknown addresses without an extension are pages of the front end") {
    const Folder folder;
    const StaticFiles files(folder.web());
    for (const char* page : {"/", "/accounts/17", "/accounts/", "/apis"}) {
        CAPTURE(page);
        CHECK(files.answer(get(page)).value().body == "<html>front</html>");
    }
    for (const char* none : {"/api", "/api/v1/accounts", "/missing.js", "/assets/old-99999999.js"}) {
        CAPTURE(none);
        CHECK(!files.answer(get(none)));
    }
    Request post = get("/");
    post.method = Method::post;
    CHECK(!files.answer(post));
}

TEST_CASE("nothing outside of the folder, and nothing hidden") {
    const Folder folder;
    const StaticFiles files(folder.web());
    for (const char* path : {"/../outside.txt", "/%2e%2e/outside.txt", "/..%2foutside.txt", "/assets/../../outside.txt",
                             "/leads-out.txt", "/folder-out/outside.txt", "/.env", "//etc/passwd.txt", "/%zz.js"}) {
        CAPTURE(path);
        CHECK(!files.answer(get(path)));
    }
    CHECK(files.answer(get("/.git/config")).value().body == "<html>front</html>");
}

TEST_CASE("what has not changed is 304") {
    const Folder folder;
    const StaticFiles files(folder.web());
    const auto first = files.answer(get("/index.html")).value();
    const std::string tag(find_header(first.headers, "ETag").value());
    for (const std::string& header : {tag, "W/" + tag, "\"other\", " + tag, std::string("*")}) {
        CAPTURE(header);
        const auto again = files.answer(get("/index.html", {{"If-None-Match", header}})).value();
        CHECK(again.status == 304);
        CHECK(again.body.empty());
        CHECK(find_header(again.headers, "ETag") == tag);
    }
    CHECK(files.answer(get("/index.html", {{"If-None-Match", "\"other\""}})).value().status == 200);
    folder.write("web/index.html", "<html>new</html>");
    const StaticFiles later(folder.web());
    CHECK(later.answer(get("/index.html", {{"If-None-Match", tag}})).value().status == 200);
}

TEST_CASE("gzip where the reader takes it and it helps") {
    const Folder folder;
    const StaticFiles files(folder.web());
    const Pairs takes_gzip{{"Accept-Encoding", "gzip, br"}};
    const auto script = files.answer(get("/assets/app-1a2b3c4d.js", takes_gzip)).value();
    CHECK(find_header(script.headers, "Content-Encoding") == "gzip");
    CHECK(find_header(script.headers, "Vary") == "Accept-Encoding");
    CHECK(script.body == gzipped(std::string(3'000, 'x'), Effort::most));
    const auto plain = files.answer(get("/assets/app-1a2b3c4d.js")).value();
    CHECK(plain.body == std::string(3'000, 'x'));
    CHECK(find_header(plain.headers, "Vary") == "Accept-Encoding");
    CHECK(find_header(plain.headers, "ETag") != find_header(script.headers, "ETag"));
    CHECK(files.answer(get("/assets/made-00000000.js", takes_gzip)).value().body == "zipped before");
    CHECK(files.answer(get("/assets/made-00000000.js")).value().body == "plain");
    CHECK(!find_header(files.answer(get("/favicon.ico", takes_gzip)).value().headers, "Content-Encoding"));
}

TEST_CASE("a folder that is no front end is refused") {
    const Folder folder;
    CHECK_THROWS_WITH_AS(StaticFiles(folder.web() / "assets"), doctest::Contains("index.html"), std::runtime_error);
    CHECK_THROWS_AS(StaticFiles(folder.web() / "missing"), fs::filesystem_error);
}

}  // namespace

}  // namespace mainspring::http
