// All data as one file of JSON lines: a header; per collection a line that names it and one per
// document, in order of their ids; at the end counts and hashes. Knows nothing of layouts.
#pragma once
#include <cstdio>
#include <fstream>
#include <memory>

#include "base/crypto.hpp"
#include "store/movable_store.hpp"

namespace thenorsound::store {

inline constexpr std::int64_t export_version = 1;

struct ExportHeader {
  std::string id;  // tells exports apart
  Time made_at;
  json::object about;  // of the program
};
struct CollectionSum {
  std::string service;
  std::string name;
  std::int64_t documents = 0;
  std::string sha256;  // hex, of its documents' lines with their ends
  bool operator==(const CollectionSum&) const = default;
};

std::string line_of(const Kept& kept);

// Counts and hashes the lines of one collection.
class Summing {
 public:
  Summing(std::string service, std::string name);
  void add(std::string_view line);
  CollectionSum finish();

 private:
  CollectionSum sum_;
  Sha256 hash_;
};

class ExportWriter {
 public:
  // For its owner only; under another name until it is whole. Error: it is there already, or can't
  // be written.
  static Result<std::unique_ptr<ExportWriter>> create(const std::string& path,
                                                      const ExportHeader& header);
  ~ExportWriter();  // what was not finished is gone
  ExportWriter(const ExportWriter&) = delete;
  ExportWriter& operator=(const ExportWriter&) = delete;

  void begin(const std::string& service, const std::string& collection);
  void add(const Kept& kept);
  // Durable. Error: it can't be written.
  Result<std::vector<CollectionSum>> finish();

 private:
  ExportWriter(std::string path, std::FILE* file);
  void write(const std::string& line);
  void end_collection();
  Error failure(const std::string& what) const;

  const std::string path_;
  std::FILE* file_;
  bool is_whole_ = true;  // so far
  Sha256 hash_;
  std::unique_ptr<Summing> summing_;
  std::vector<CollectionSum> sums_;
};

class ExportReader {
 public:
  // Error validation_error: no export, or of another version; in words for the operator.
  static Result<std::unique_ptr<ExportReader>> open(const std::string& path);
  const ExportHeader& header() const { return header_; }

  struct Batch {
    std::string service, collection;
    std::vector<Kept> documents;  // none: a collection begins, or it is the end
    bool end = false;             // of the file: it is whole, and all its sums are right
  };
  // Error validation_error: damaged.
  Result<Batch> next();
  // Once the end was seen.
  const std::vector<CollectionSum>& collections() const { return sums_; }

  static constexpr std::size_t max_batch_documents = 200;
  static constexpr std::size_t max_batch_bytes = 1U << 20;
  static constexpr std::size_t max_line_bytes = 64U << 20;

 private:
  explicit ExportReader(const std::string& path);
  bool read_line();
  Result<void> read_header();
  Result<void> read_document(const json::object& line, Batch& batch);
  Result<void> begin_collection(const json::object& line);
  Result<void> check_end();
  void end_collection();
  Error damaged(std::string_view what) const;

  const std::string path_;
  std::ifstream file_;
  std::string line_;
  std::size_t number_ = 0;     // of the line
  bool is_kept_back_ = false;  // the line is read, but not yet used
  Sha256 hash_;
  ExportHeader header_;
  std::string service_, collection_, last_id_;
  std::unique_ptr<Summing> summing_;
  std::vector<CollectionSum> sums_;
};

}  // namespace thenorsound::store
