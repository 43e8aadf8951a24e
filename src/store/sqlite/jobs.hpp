// What the writer does: commits of documents, declarations, sweeps, clearing of the outbox.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/task.hpp"
#include "store/sqlite/definition.hpp"
#include "store/sqlite/document_cache.hpp"
#include "store/sqlite/writer.hpp"

namespace thenorsound::store::sqlite {

// A write with everything computed that needs no database.
struct PreparedWrite {
  DefinitionPtr definition;
  std::shared_ptr<Document> document;  // revision and sequence come from the database
  Revision expected = 0;
  bool erase = false;
  std::string body;
  std::vector<Value> fields;
  std::vector<std::string> arrays;
  std::vector<std::string> messages;
  CommitResult result;
};
// Throws UnexpectedFailure for a write that makes no sense.
PreparedWrite prepare(DefinitionPtr definition, Write write);

class CommitJob : public WriteJob {
 public:
  CommitJob(DocumentCache& cache, std::shared_ptr<Collections> service,
            std::vector<PreparedWrite> writes, Resume<std::vector<CommitResult>> resume);
  void apply(Connection& connection) override;
  void finish(Ending ending) override;
  std::size_t bytes() const override { return bytes_; }

 private:
  DocumentCache& cache_;
  std::shared_ptr<Collections> service_;
  std::vector<PreparedWrite> writes_;
  Resume<std::vector<CommitResult>> resume_;
  std::size_t bytes_ = 0;
};

// Notes whose the collections are, by name. In the one file that stands for all.
class ClaimJob : public WriteJob {
 public:
  ClaimJob(std::vector<DefinitionPtr> definitions, Resume<Result<void>> resume);
  void apply(Connection& connection) override;
  void finish(Ending ending) override;
  bool alone() const override { return true; }

 private:
  std::vector<DefinitionPtr> definitions_;
  Resume<Result<void>> resume_;
  Error error_;
};

class DeclareJob : public WriteJob {
 public:
  DeclareJob(std::shared_ptr<Collections> service, std::vector<DefinitionPtr> definitions,
             Resume<Result<void>> resume);
  void apply(Connection& connection) override;
  void finish(Ending ending) override;
  bool alone() const override { return true; }

 private:
  std::shared_ptr<Collections> service_;
  std::vector<DefinitionPtr> definitions_;
  Resume<Result<void>> resume_;
  Error error_;
};

class ClearJob : public WriteJob {
 public:
  ClearJob(std::string outbox, std::vector<std::int64_t> keys, Resume<Result<void>> resume);
  void apply(Connection& connection) override;
  void finish(Ending ending) override;

 private:
  std::string sql_;
  std::vector<std::int64_t> keys_;
  Resume<Result<void>> resume_;
};

class SweepJob : public WriteJob {
 public:
  // At most `limit` documents.
  SweepJob(DocumentCache& cache, std::vector<DefinitionPtr> definitions, Time now,
           std::size_t limit, Resume<Result<std::size_t>> resume);
  void apply(Connection& connection) override;
  void finish(Ending ending) override;

 private:
  struct Swept {
    std::uint32_t collection;
    std::string id;
  };
  DocumentCache& cache_;
  std::vector<DefinitionPtr> definitions_;
  Time now_;
  std::size_t limit_;
  Resume<Result<std::size_t>> resume_;
  std::vector<Swept> swept_;
};

// Writes the file anew, without what was overwritten and erased, and empties the log.
class CompactJob : public WriteJob {
 public:
  explicit CompactJob(Resume<Result<void>> resume) : resume_(std::move(resume)) {}
  void apply(Connection& connection) override { connection.execute("VACUUM"); }
  void finish(Ending ending) override;
  bool alone() const override { return true; }
  bool outside_transactions() const override { return true; }

 private:
  Resume<Result<void>> resume_;
};

}  // namespace thenorsound::store::sqlite
