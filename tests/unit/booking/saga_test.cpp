// The saga: a failure at each step and what is undone, in which order; repeats, late answers,
// lost leases, commits in doubt, crashes.
#include "world.hpp"

namespace thenorsound::booking {
namespace {

using Calls = std::vector<std::string>;

class Saga : public BookingWorld {
 protected:
  // What was asked of the neighbours that changes anything, with the booking's id as "#".
  Calls changes() {
    Calls out;
    const std::string id = all().at(0).id.value;
    for (std::string call : hood.calls()) {
      if (call.starts_with("GET")) continue;
      if (const auto found = call.find(id); found != std::string::npos)
        call.replace(found, id.size(), "#");
      out.push_back(std::move(call));
    }
    return out;
  }
  void expect_undone(const std::string& step) {
    const auto bookings = all();
    ASSERT_EQ(bookings.size(), 1U);
    const Booking& booking = bookings[0];
    EXPECT_EQ(booking.status, BookingStatus::CANCELLED);
    EXPECT_EQ(booking.cancellation->code, CancellationCode::Failed);
    EXPECT_EQ(booking.saga.state, "undone");
    EXPECT_EQ(booking.saga.failed_step, step);
    EXPECT_FALSE(booking.listed);
    EXPECT_TRUE(hood.held_slots.empty());
    EXPECT_TRUE(hood.held_crew.empty());
    const auto said = messages();
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].type, "booking.failed");
    EXPECT_EQ(said[0].sequence, 1);
    EXPECT_EQ(said[0].data.at("cancellationCode"), "Failed");
  }
  // A saga that a killed process left behind after reserving.
  std::string left_behind(Time lease_until, bool reserved = true) {
    Booking booking;
    booking.id.value = new_id("book", clock.now());
    booking.created_at = booking.updated_at = clock.now();
    booking.event_id.value = "evt-1";
    booking.crew_id.value = "usr-crew";
    booking.customer_id.value = "cust-org";
    booking.crew_customer_id.value = "cust-crew";
    booking.saga.state = saga_running;
    booking.lease_until = lease_until;
    if (reserved) {
      hood.held_slots.insert(booking.id.value);
      hood.held_crew[booking.id.value] = "usr-crew";
    }
    EXPECT_TRUE(wait<Result<Booking>>(service->context().bookings.insert(new_trace(), booking)));
    return booking.id.value;
  }
};

const std::string reserve_slot = "POST /internal/events/evt-1/reservations";
const std::string reserve_crew = "POST /internal/users/usr-crew/reservations";
const std::string release_slot = "DELETE /internal/events/evt-1/reservations/#";
const std::string release_crew = "DELETE /internal/users/usr-crew/reservations/#";

TEST_F(Saga, ReservesTheSlotThenThePerson) {
  placed();
  EXPECT_EQ(changes(), (Calls{reserve_slot, reserve_crew}));
}

TEST_F(Saga, NoSlotUndoesOnlyTheSlot) {
  hood.slot_refusal = make_error(Code::event_slot_unavailable, "Event slot unavailable");
  const Answer answer = post(organiser, BookingWorld::order());
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(answer.code(), "EVENT_SLOT_UNAVAILABLE");
  EXPECT_EQ(answer.body.at("error").at("message"), "Event slot unavailable");
  EXPECT_EQ(changes(), (Calls{reserve_slot, release_slot}));
  expect_undone("reserve-event-slot");
}

TEST_F(Saga, ThePersonsSkillsAreTheEventServicesToJudge) {
  hood.slot_refusal = make_error(Code::crew_not_qualified, "No slot matches the skills.");
  const Answer answer = post(organiser, order());
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(answer.code(), "CREW_NOT_QUALIFIED");
  expect_undone("reserve-event-slot");
}

TEST_F(Saga, ABusyPersonFreesTheSlotLast) {
  hood.busy.insert("usr-crew");
  const Answer answer = post(organiser, order());
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(answer.code(), "CREW_UNAVAILABLE");
  EXPECT_EQ(changes(), (Calls{reserve_slot, reserve_crew, release_crew, release_slot}));
  expect_undone("reserve-crew");
}

TEST_F(Saga, NoTariffFreesBoth) {
  hood.bases["cust-org"].tariffs.clear();
  const Answer answer = post(organiser, order());
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(answer.code(), "TARIFF_NOT_FOUND");
  EXPECT_EQ(changes(), (Calls{reserve_slot, reserve_crew, release_crew, release_slot}));
  expect_undone("calculate-price");
  EXPECT_EQ(all()[0].cancellation->text, "There is no tariff for this booking.");
}

TEST_F(Saga, AnEventThatGoesMeanwhileIs404) {
  hood.slot_refusal = not_found("event");
  EXPECT_EQ(post(organiser, order()).status, 404);
  expect_undone("reserve-event-slot");
}

TEST_F(Saga, TroubleOfOursIs503AndNeverSomebodyElses401) {
  hood.slot_refusal = make_error(Code::unauthorized, "Log in to do this.");
  const Answer answer = post(organiser, order());
  EXPECT_EQ(answer.status, 503);
  EXPECT_TRUE(answer.response.field("Retry-After"));
  expect_undone("reserve-event-slot");
}

TEST_F(Saga, AnAnswerThatComesTooLateIsUndone) {
  hood.trouble = {"POST /internal/users", true, make_error(Code::gateway_timeout, "Too slow.")};
  const Answer answer = post(organiser, order());
  EXPECT_EQ(answer.status, 504);
  expect_undone("reserve-crew");
}

TEST_F(Saga, AnUndoThatFailsIsTriedAgainByTheSweeper) {
  hood.bases["cust-org"].tariffs.clear();
  hood.trouble = {"DELETE /internal/users", false, unavailable("down")};
  EXPECT_EQ(post(organiser, order()).status, 422);
  EXPECT_EQ(all()[0].status, BookingStatus::PENDING);
  EXPECT_EQ(all()[0].saga.state, "undoing");
  EXPECT_EQ(all()[0].saga.failed_step, "calculate-price");
  EXPECT_TRUE(hood.held_slots.empty());  // the other undo is done all the same
  EXPECT_EQ(hood.held_crew.size(), 1U);
  EXPECT_TRUE(messages().empty());

  recover();  // not yet: somebody might still be at it
  EXPECT_EQ(all()[0].status, BookingStatus::PENDING);
  clock.advance(5 * second_ms);
  recover();  // the user service is still down
  EXPECT_EQ(all()[0].status, BookingStatus::PENDING);
  EXPECT_EQ(all()[0].saga.undo_attempts, 1);
  hood.trouble.reset();
  clock.advance(5 * second_ms);
  recover();
  expect_undone("calculate-price");
}

TEST_F(Saga, AKilledProcesssSagaIsUndoneAfterItsLease) {
  const std::string id = left_behind(clock.now() + 15 * second_ms);
  recover();
  EXPECT_EQ(stored(id).status, BookingStatus::PENDING);
  clock.advance(15 * second_ms);
  recover();
  EXPECT_EQ(changes(), (Calls{release_crew, release_slot}));
  EXPECT_EQ(stored(id).status, BookingStatus::CANCELLED);
  EXPECT_TRUE(hood.held_crew.empty());
  EXPECT_TRUE(hood.held_slots.empty());
  EXPECT_EQ(message_types(), Calls{"booking.failed"});
}

TEST_F(Saga, UndoingTwiceIsUndoingOnce) {
  const std::string id = left_behind(clock.now());
  const Booking booking = stored(id);
  recover();
  wait_for(undo_request(service->context(), new_trace(), booking));
  recover();
  EXPECT_EQ(stored(id).status, BookingStatus::CANCELLED);
  EXPECT_EQ(stored(id).version, 1);
  EXPECT_EQ(message_types(), Calls{"booking.failed"});
}

TEST_F(Saga, UndoingWhatNeverHappenedIsNoError) {
  const std::string id = left_behind(clock.now(), false);
  recover();
  EXPECT_EQ(stored(id).status, BookingStatus::CANCELLED);
}

TEST_F(Saga, ASagaThatLostItsLeaseCanNotCommit) {
  hood.hook = {"GET /internal/customers/cust-org/pricing-basis", [this]() -> Task<void> {
                 clock.advance(16 * second_ms);
                 return recover_sagas(service->context());
               }};
  const Answer answer = post(organiser, order());
  EXPECT_EQ(answer.status, 503);
  expect_undone("");
  EXPECT_EQ(all()[0].version, 1);
}

TEST_F(Saga, ALateReserveFindsItsReservationGone) {
  hood.hook = {reserve_crew, [this]() -> Task<void> {
                 clock.advance(16 * second_ms);
                 return recover_sagas(service->context());
               }};
  EXPECT_EQ(post(organiser, order()).status, 409);  // refused by the tombstone
  expect_undone("");                                // the sweeper was first
}

TEST_F(Saga, ACommitInDoubtThatHappenedIsABooking) {
  doubtful->next = DoubtfulStore::Doubt::done;
  const std::string id = placed();
  EXPECT_EQ(stored(id).status, BookingStatus::REQUESTED);
  EXPECT_EQ(hood.held_crew.size(), 1U);
  EXPECT_EQ(message_types(), Calls{"booking.created"});
}

TEST_F(Saga, ACommitInDoubtThatDidNotHappenIsUndone) {
  doubtful->next = DoubtfulStore::Doubt::not_done;
  EXPECT_EQ(post(organiser, order()).status, 503);
  expect_undone("commit");
}

TEST_F(Saga, ACommitThatStaysInDoubtIsLeftToTheSweeper) {
  doubtful->next = DoubtfulStore::Doubt::never_again;
  EXPECT_EQ(post(organiser, order()).status, 503);
  EXPECT_EQ(hood.held_crew.size(), 1U);  // it might be committed
  EXPECT_EQ(all()[0].status, BookingStatus::PENDING);
  doubtful->next = DoubtfulStore::Doubt::none;
  clock.advance(16 * second_ms);
  recover();
  expect_undone("");
}

TEST_F(Saga, ARepeatAfterTheLastWriteFindsTheBooking) {
  const std::string id = placed();
  const Booking before = stored(id);
  BookingOrder repeat;
  repeat.event = hood.events["evt-1"];
  repeat.crew = hood.users["usr-crew"];
  repeat.actor = organiser;
  const auto again =
      wait<Result<Booking>>(place_booking(service->context(), new_trace(), BookingId{id}, repeat));
  ASSERT_TRUE(again);
  EXPECT_EQ(to_document(*again), to_document(before));
  const std::string crashed = left_behind(clock.now());
  const auto running = wait<Result<Booking>>(
      place_booking(service->context(), new_trace(), BookingId{crashed}, repeat));
  ASSERT_FALSE(running);
  // Not 503: a breaker would take the service for one that fails.
  EXPECT_EQ(running.error().code, Code::conflict);
  EXPECT_EQ(running.error().retry_after_s, 1);
  recover();
  const auto used_up = wait<Result<Booking>>(
      place_booking(service->context(), new_trace(), BookingId{crashed}, repeat));
  ASSERT_FALSE(used_up);
  EXPECT_EQ(used_up.error().reason, workflow::id_used_up);
}

TEST_F(Saga, ManyAtATimeAllEndWell) {
  std::mutex mutex;
  std::set<std::string> ids;
  std::vector<std::thread> people;
  for (int i = 0; i < 8; ++i)
    people.emplace_back([&] {
      for (int round = 0; round < 10; ++round) {
        const std::string id = placed();
        const std::lock_guard lock(mutex);
        ids.insert(id);
      }
    });
  for (auto& person : people) person.join();
  EXPECT_EQ(ids.size(), 80U);
  EXPECT_EQ(hood.held_slots, ids);
  EXPECT_EQ(message_types().size(), 80U);
}

// --- Steps made to fail, as end-to-end tests do ---

BookingSettings failing(const char* step) {
  BookingSettings settings;
  settings.fail_step = step;
  return settings;
}
class FailAt : public BookingWorld, public testing::WithParamInterface<const char*> {
 protected:
  FailAt() : BookingWorld(failing(GetParam())) {}
};

TEST_P(FailAt, EverythingIsUndone) {
  EXPECT_EQ(post(organiser, order()).status, 503);
  const Booking booking = all().at(0);
  EXPECT_EQ(booking.status, BookingStatus::CANCELLED);
  EXPECT_EQ(booking.saga.failed_step, GetParam());
  EXPECT_TRUE(hood.held_slots.empty());
  EXPECT_TRUE(hood.held_crew.empty());
  EXPECT_EQ(message_types(), Calls{"booking.failed"});
}
INSTANTIATE_TEST_SUITE_P(EachStep, FailAt,
                         testing::Values("reserve-event-slot", "reserve-crew", "calculate-price",
                                         "commit"));

}  // namespace
}  // namespace thenorsound::booking
