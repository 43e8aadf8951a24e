// Contents as they are kept, for moving them to another store or from one.
#pragma once
#include "store/movable_store.hpp"
#include "store/sqlite/jobs.hpp"

namespace thenorsound::store::sqlite {

std::vector<Kept> scan(Connection& connection, const Definition& definition,
                       const std::string& after, std::size_t limit);

class RestoreJob : public WriteJob {
 public:
  // Throws UnexpectedFailure for a body that makes no sense.
  RestoreJob(DocumentCache& cache, DefinitionPtr definition, std::vector<Kept> documents,
             Resume<Result<void>> resume);
  void apply(Connection& connection) override;
  void finish(Ending ending) override;
  bool alone() const override { return true; }

 private:
  void remove(Connection& connection) const;
  void insert(Connection& connection, const Kept& kept);
  void insert_outbox(Connection& connection, const Kept& kept) const;

  DocumentCache& cache_;
  DefinitionPtr definition_;
  std::vector<Kept> documents_;
  Resume<Result<void>> resume_;
  std::string ids_;  // a JSON array
  Error error_;
};

}  // namespace thenorsound::store::sqlite
