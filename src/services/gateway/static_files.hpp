// The built web app, read into memory at start.
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace thenorsound::gateway {

class StaticFiles {
 public:
  // Every file below `root` (at most 64 MiB together; links out of it are not followed). An empty
  // or missing folder: a page of our own that says where the API is.
  explicit StaticFiles(const std::string& root);

  // GET and HEAD, for addresses that nothing else answers. index.html for the app's own addresses,
  // where a page is asked for; 304 where the browser has it; status 404 without body where there is
  // nothing.
  http::Response answer(const http::Request& request) const;
  bool has_app() const { return !files_.empty(); }

 private:
  struct File {
    std::string content;
    std::string gzip;    // from a .gz beside it
    std::string brotli;  // from a .br beside it
    std::string etag;
    std::string_view type;
    bool unchanging = false;  // its name holds a hash of its content
  };
  void read(const std::string& root);
  const File* find(const http::Request& request) const;
  static http::Response send(const http::Request& request, const File& file);

  std::map<std::string, File, std::less<>> files_;  // by path, "/index.html"
};

// Fields of every page and script: what it may load.
void add_page_security(http::Response& response);

}  // namespace thenorsound::gateway
