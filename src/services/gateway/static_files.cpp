#include "services/gateway/static_files.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "http/content_coding.hpp"

namespace thenorsound::gateway {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t max_bytes = 64 * 1024 * 1024;

constexpr std::string_view own_page = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>ThenorSound</title></head>
<body><h1>ThenorSound</h1>
<p>The web app is not installed here. The API answers at <code>/api</code>; its description is at
<a href="/docs">/docs</a> and <a href="/openapi.json">/openapi.json</a>, its state at
<a href="/health">/health</a>.</p></body></html>
)";

struct Type {
  std::string_view ending;
  std::string_view type;
};
constexpr std::array<Type, 18> types{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".jpeg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".woff", "font/woff"},
    {".txt", "text/plain; charset=utf-8"},
    {".wasm", "application/wasm"},
    {".pdf", "application/pdf"},
}};

std::string_view type_of(std::string_view path) {
  for (const Type& type : types)
    if (path.ends_with(type.ending)) return type.type;
  return "application/octet-stream";
}

// The file's text, where it is a plain file that really lies below the root.
bool read_file(const fs::path& root, const fs::path& path, std::string& content) {
  std::error_code failed;
  const fs::path real = fs::canonical(path, failed);
  if (failed) return false;
  const auto [left, inside] = std::mismatch(root.begin(), root.end(), real.begin(), real.end());
  if (left != root.end() || !fs::is_regular_file(real, failed)) return false;
  std::ifstream in(real, std::ios::binary);
  content.assign(std::istreambuf_iterator<char>(in), {});
  return !in.bad();
}

bool asks_for_a_page(const http::Request& request) {
  const auto accept = request.field("Accept");
  return accept && accept->find("text/html") != std::string_view::npos;
}

}  // namespace

StaticFiles::StaticFiles(const std::string& root) {
  if (!root.empty()) read(root);
}

void StaticFiles::read(const std::string& root) {
  std::error_code failed;
  const fs::path real_root = fs::canonical(root, failed);
  if (failed) return;
  std::size_t bytes = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(real_root, failed)) {
    std::string content;
    if (entry.is_directory(failed) || !read_file(real_root, entry.path(), content)) continue;
    bytes += content.size();
    if (bytes > max_bytes) {
      log_warning("web app too large", {{"root", root}});
      break;
    }
    const std::string path = "/" + entry.path().lexically_relative(real_root).generic_string();
    if (path.ends_with(".gz")) {
      files_[path.substr(0, path.size() - 3)].gzip = std::move(content);
      continue;
    }
    if (path.ends_with(".br")) {
      files_[path.substr(0, path.size() - 3)].brotli = std::move(content);
      continue;
    }
    File& file = files_[path];
    file.etag = "\"" + to_hex(sha256(content)).substr(0, 32) + "\"";
    file.content = std::move(content);
    file.type = type_of(path);
    file.unchanging = path.starts_with("/assets/");
  }
  std::erase_if(files_, [](const auto& entry) { return entry.second.etag.empty(); });
}

http::Response StaticFiles::answer(const http::Request& request) const {
  if (const File* file = find(request)) return send(request, *file);
  http::Response response;
  if (has_app() || request.path != "/") {
    response.status = 404;
    return response;
  }
  response.body = own_page;
  response.content_type = "text/html; charset=utf-8";
  response.set("Cache-Control", "no-cache");
  add_page_security(response);
  return response;
}

const StaticFiles::File* StaticFiles::find(const http::Request& request) const {
  const auto at = [this](std::string_view path) {
    const auto found = files_.find(path);
    return found == files_.end() ? nullptr : &found->second;
  };
  if (request.path == "/") return at("/index.html");
  if (const File* file = at(request.path)) return file;
  // The app's own addresses; what looks like a file isn't one of them.
  const std::string_view name = request.path.substr(request.path.rfind('/') + 1);
  const bool is_page = name.find('.') == std::string_view::npos && asks_for_a_page(request);
  return is_page ? at("/index.html") : nullptr;
}

http::Response StaticFiles::send(const http::Request& request, const File& file) {
  http::Response response;
  response.content_type = file.type;
  response.set("ETag", file.etag);
  response.set("Cache-Control",
               file.unchanging ? "public, max-age=31536000, immutable" : "no-cache");
  add_page_security(response);
  const auto known = request.field("If-None-Match");
  if (known && (*known == "*" || known->find(file.etag) != std::string_view::npos)) {
    response.status = 304;
    return response;
  }
  if (!file.gzip.empty() || !file.brotli.empty()) response.add("Vary", "Accept-Encoding");
  const std::string_view coding =
      http::best_coding(request, file.brotli.empty() ? "" : "br", file.gzip.empty() ? "" : "gzip");
  response.body = coding == "br" ? file.brotli : coding == "gzip" ? file.gzip : file.content;
  if (coding.empty()) return response;
  response.set("Content-Encoding", std::string(coding));
  response.set("ETag", "W/" + file.etag);
  return response;
}

void add_page_security(http::Response& response) {
  response.set("Content-Security-Policy",
               "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
               "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'");
  response.set("Cross-Origin-Opener-Policy", "same-origin");
  response.set("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
}

}  // namespace thenorsound::gateway
