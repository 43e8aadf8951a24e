#include "store/export_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

namespace thenorsound::store {
namespace {

constexpr std::string_view format = "thenorsound-export";
constexpr const char* unfinished = ".new";

json::object as_json(const CollectionSum& sum) {
  json::object out;
  out["service"] = json::string(sum.service);
  out["collection"] = json::string(sum.name);
  out["documents"] = sum.documents;
  out["sha256"] = json::string(sum.sha256);
  return out;
}

json::object as_json(const ExportHeader& header) {
  json::object out;
  out["format"] = json::string(format);
  out["version"] = export_version;
  out["id"] = json::string(header.id);
  out["madeAt"] = header.made_at.ms;
  out["about"] = header.about;
  return out;
}

json::object trailer(const std::vector<CollectionSum>& sums, const std::string& hash) {
  json::array collections;
  for (const CollectionSum& sum : sums) collections.push_back(as_json(sum));
  json::object out;
  out["collections"] = std::move(collections);
  out["sha256"] = json::string(hash);
  return out;
}

std::string text_of(const json::object& line, std::string_view member) {
  return std::string(line.at(member).as_string());
}

Kept kept_of(const json::object& line) {
  Kept kept;
  kept.id = text_of(line, "id");
  kept.sequence = line.at("sequence").as_int64();
  if (const json::value* body = line.if_contains("body")) kept.body = body->as_object();
  if (const json::value* messages = line.if_contains("messages"))
    for (const json::value& event : messages->as_array()) {
      auto message = from_cloud_event(event.as_object());
      if (!message) throw UnexpectedFailure("no message");
      kept.messages.push_back(std::move(*message));
    }
  return kept;
}

std::optional<json::object> object_of(const std::string& line) {
  try {
    json::value value = read_own_json(line);
    if (value.is_object()) return std::move(value.get_object());
  } catch (const std::exception&) {
  }
  return {};
}

}  // namespace

std::string line_of(const Kept& kept) {
  json::object line;
  line["id"] = json::string(kept.id);
  line["sequence"] = kept.sequence;
  if (kept.body) line["body"] = *kept.body;
  if (!kept.messages.empty()) {
    json::array messages;
    for (const Message& message : kept.messages) messages.push_back(to_cloud_event(message));
    line["messages"] = std::move(messages);
  }
  return write_json(line);
}

Summing::Summing(std::string service, std::string name) {
  sum_.service = std::move(service);
  sum_.name = std::move(name);
}

void Summing::add(std::string_view line) {
  ++sum_.documents;
  hash_.add(line);
  hash_.add("\n");
}

CollectionSum Summing::finish() {
  sum_.sha256 = to_hex(hash_.finish());
  return std::move(sum_);
}

Result<std::unique_ptr<ExportWriter>> ExportWriter::create(const std::string& path,
                                                           const ExportHeader& header) {
  if (std::filesystem::exists(path))
    return make_error(Code::validation_error, path + " is there already");
  const int file =
      ::open((path + unfinished).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0)
    return make_error(Code::service_error, "cannot write " + path + ": " + std::strerror(errno));
  std::unique_ptr<ExportWriter> writer(new ExportWriter(path, ::fdopen(file, "w")));
  writer->write(write_json(as_json(header)));
  return writer;
}

ExportWriter::ExportWriter(std::string path, std::FILE* file)
    : path_(std::move(path)), file_(file) {}

ExportWriter::~ExportWriter() {
  if (file_ == nullptr) return;
  std::fclose(file_);
  std::error_code ignored;
  std::filesystem::remove(path_ + unfinished, ignored);
}

void ExportWriter::write(const std::string& line) {
  hash_.add(line);
  hash_.add("\n");
  is_whole_ = is_whole_ && std::fwrite(line.data(), 1, line.size(), file_) == line.size() &&
              std::fputc('\n', file_) != EOF;
}

void ExportWriter::begin(const std::string& service, const std::string& collection) {
  end_collection();
  summing_ = std::make_unique<Summing>(service, collection);
  json::object line;
  line["service"] = json::string(service);
  line["collection"] = json::string(collection);
  write(write_json(line));
}

void ExportWriter::add(const Kept& kept) {
  const std::string line = line_of(kept);
  summing_->add(line);
  write(line);
}

void ExportWriter::end_collection() {
  if (summing_) sums_.push_back(summing_->finish());
  summing_.reset();
}

Error ExportWriter::failure(const std::string& what) const {
  return make_error(Code::service_error, "cannot write " + path_ + ": " + what);
}

Result<std::vector<CollectionSum>> ExportWriter::finish() {
  end_collection();
  write(write_json(trailer(sums_, to_hex(hash_.finish()))));
  const bool written = is_whole_ && std::fflush(file_) == 0 && ::fsync(::fileno(file_)) == 0;
  if (!written) return failure(std::strerror(errno));
  std::fclose(file_);
  file_ = nullptr;
  // A link and not a new name: somebody else's file of that name stays.
  const bool named = ::link((path_ + unfinished).c_str(), path_.c_str()) == 0;
  const std::string problem = named ? "" : std::strerror(errno);
  ::unlink((path_ + unfinished).c_str());
  if (!named) return failure(problem);
  return sums_;
}

ExportReader::ExportReader(const std::string& path) : path_(path), file_(path, std::ios::binary) {}

Error ExportReader::damaged(std::string_view what) const {
  return make_error(Code::validation_error, path_ + " is damaged, in line " +
                                                std::to_string(number_) + ": " + std::string(what));
}

bool ExportReader::read_line() {
  line_.clear();
  ++number_;
  std::streambuf& from = *file_.rdbuf();
  while (line_.size() < max_line_bytes) {
    const int c = from.sbumpc();
    if (c == std::char_traits<char>::eof()) return false;
    if (c == '\n') return true;
    line_ += static_cast<char>(c);
  }
  return false;
}

Result<std::unique_ptr<ExportReader>> ExportReader::open(const std::string& path) {
  std::unique_ptr<ExportReader> reader(new ExportReader(path));
  const Result<void> done = reader->read_header();
  if (!done) return done.error();
  return reader;
}

Result<void> ExportReader::read_header() {
  const auto refused = [&](const std::string& what) {
    return make_error(Code::validation_error, path_ + what);
  };
  if (!file_) return refused(" can't be read");
  const std::optional<json::object> line = read_line() ? object_of(line_) : std::nullopt;
  const json::value* named = line ? line->if_contains("format") : nullptr;
  if (named == nullptr || *named != json::value(json::string(format)))
    return refused(" is no export of ThenorSound");
  const json::value* version = line->if_contains("version");
  if (version == nullptr || *version != json::value(export_version))
    return refused(" is of version " + (version ? write_json(*version) : "?") +
                   "; this program reads version " + std::to_string(export_version));
  hash_.add(line_ + "\n");
  try {
    header_.id = text_of(*line, "id");
    header_.made_at = Time{line->at("madeAt").as_int64()};
    header_.about = line->at("about").as_object();
  } catch (const std::exception&) {
    return damaged("something is missing");
  }
  return {};
}

Result<ExportReader::Batch> ExportReader::next() {
  Batch batch;
  for (std::size_t bytes = 0;
       batch.documents.size() < max_batch_documents && bytes < max_batch_bytes;) {
    if (!is_kept_back_ && !read_line()) return damaged("the end is missing");
    const std::optional<json::object> line = object_of(line_);
    if (!line) return damaged("no JSON");
    const bool is_document = line->contains("id");
    is_kept_back_ = !is_document && !batch.documents.empty();
    if (is_kept_back_) break;
    const bool is_end = line->contains("collections");
    if (is_end) end_collection();
    const Result<void> done = is_document ? read_document(*line, batch)
                              : is_end    ? check_end()
                                          : begin_collection(*line);
    if (!done) return done.error();
    batch.end = is_end;
    if (is_end) break;
    bytes += line_.size();
    hash_.add(line_);
    hash_.add("\n");
    if (!is_document) break;
  }
  batch.service = service_;
  batch.collection = collection_;
  return batch;
}

Result<void> ExportReader::read_document(const json::object& line, Batch& batch) {
  if (!summing_) return damaged("a document of no collection");
  try {
    batch.documents.push_back(kept_of(line));
  } catch (const std::exception&) {
    return damaged("no document");
  }
  const std::string& id = batch.documents.back().id;
  if (id <= last_id_) return damaged("not in order");
  last_id_ = id;
  summing_->add(line_);
  return {};
}

Result<void> ExportReader::begin_collection(const json::object& line) {
  end_collection();
  try {
    service_ = text_of(line, "service");
    collection_ = text_of(line, "collection");
  } catch (const std::exception&) {
    return damaged("no collection");
  }
  last_id_.clear();
  summing_ = std::make_unique<Summing>(service_, collection_);
  return {};
}

void ExportReader::end_collection() {
  if (summing_) sums_.push_back(summing_->finish());
  summing_.reset();
}

Result<void> ExportReader::check_end() {
  if (line_ != write_json(trailer(sums_, to_hex(hash_.finish()))))
    return damaged("its counts or hashes are not those of what it holds");
  if (file_.rdbuf()->sgetc() != std::char_traits<char>::eof())
    return damaged("something follows the end");
  return {};
}

}  // namespace thenorsound::store
