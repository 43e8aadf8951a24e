#include "services/gateway/static_files.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "asking.hpp"

namespace thenorsound::gateway {
namespace {

namespace fs = std::filesystem;
using http::Method;

class StaticFilesTest : public testing::Test {
 protected:
  StaticFilesTest() {
    write("secret.txt", "secret");
    write("root/index.html", "<html>");
    write("root/assets/app-1a2b.js", "script");
    write("root/assets/app-1a2b.js.gz", "zipped");
    write("root/sw.js", "worker");
    fs::create_symlink(folder_ / "secret.txt", folder_ / "root" / "link.txt");
  }
  ~StaticFilesTest() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  http::Response get(std::string_view path, std::initializer_list<http::Field> fields = {}) {
    return StaticFiles((folder_ / "root").string()).answer(request(Method::get, path, fields));
  }
  fs::path folder_ =
      fs::temp_directory_path() /
      ("static_files_" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) + "_" +
       std::to_string(::getpid()));
};

TEST_F(StaticFilesTest, ServesTheApp) {
  const http::Response page = get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body, "<html>");
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(header(page, "Cache-Control"), "no-cache");
  EXPECT_NE(header(page, "Content-Security-Policy").find("default-src 'self'"), std::string::npos);
  EXPECT_NE(header(page, "Content-Security-Policy").find("frame-ancestors 'none'"),
            std::string::npos);
}

TEST_F(StaticFilesTest, HashedNamesNeverChange) {
  const http::Response script = get("/assets/app-1a2b.js");
  EXPECT_EQ(script.body, "script");
  EXPECT_EQ(script.content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(header(script, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(header(get("/sw.js"), "Cache-Control"), "no-cache");
}

TEST_F(StaticFilesTest, SendsTheZippedOneToWhoTakesIt) {
  const http::Response zipped = get("/assets/app-1a2b.js", {{"Accept-Encoding", "gzip, br"}});
  EXPECT_EQ(zipped.body, "zipped");
  EXPECT_EQ(header(zipped, "Content-Encoding"), "gzip");
  EXPECT_EQ(header(zipped, "Vary"), "Accept-Encoding");
  EXPECT_EQ(get("/sw.js", {{"Accept-Encoding", "gzip"}}).body, "worker");
}

TEST_F(StaticFilesTest, TheClientsPreferenceDecides) {
  write("root/assets/app-1a2b.js.br", "brotli");
  const auto coding = [this](std::string_view accepted) {
    return header(get("/assets/app-1a2b.js", {{"Accept-Encoding", accepted}}), "Content-Encoding");
  };
  EXPECT_EQ(coding("gzip, deflate, br"), "br");
  EXPECT_EQ(coding("gzip, br;q=0.5"), "gzip");
  EXPECT_EQ(coding("gzip;q=0.0, br;q=0"), "");
  EXPECT_EQ(coding("deflate"), "");
  EXPECT_EQ(get("/assets/app-1a2b.js").body, "script");
  EXPECT_EQ(header(get("/assets/app-1a2b.js"), "Vary"), "Accept-Encoding");
}

TEST_F(StaticFilesTest, UnchangedFilesAreNotSentAgain) {
  const std::string etag = header(get("/"), "ETag");
  const http::Response unchanged = get("/", {{"If-None-Match", etag}});
  EXPECT_EQ(unchanged.status, 304);
  EXPECT_EQ(unchanged.body, "");
  EXPECT_EQ(get("/", {{"If-None-Match", "\"other\""}}).status, 200);
}

TEST_F(StaticFilesTest, TheAppsOwnAddressesAreThePage) {
  EXPECT_EQ(get("/events/evt-1", {{"Accept", "text/html,*/*;q=0.8"}}).body, "<html>");
  EXPECT_EQ(get("/events/evt-1", {{"Accept", "*/*"}}).status, 404);
  EXPECT_EQ(get("/assets/gone.js", {{"Accept", "text/html"}}).status, 404);
}

TEST_F(StaticFilesTest, NothingOutsideTheFolder) {
  EXPECT_EQ(get("/link.txt").status, 404);
  EXPECT_EQ(get("/../secret.txt").status, 404);
}

TEST_F(StaticFilesTest, WithoutAnAppThereIsAPageThatSaysWhereTheApiIs) {
  const StaticFiles none((folder_ / "missing").string());
  const http::Response page = none.answer(request(Method::get, "/"));
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("/api"), std::string::npos);
  EXPECT_EQ(none.answer(request(Method::get, "/events", {{"Accept", "text/html"}})).status, 404);
}

}  // namespace
}  // namespace thenorsound::gateway
