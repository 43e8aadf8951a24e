// Who may do what: what the server allows, so that nobody is offered what would be refused.
import type { Me } from './session';
import type { Booking, Event, Invoice } from './types';

const is = (me: Me, ...roles: Me['role'][]) => roles.includes(me.role);
const own = (me: Me, customerId: string | undefined) => me.customerId !== undefined && me.customerId === customerId;

export const may = {
  seeBoard: (me: Me) => is(me, 'Admin', 'CustomerAdmin', 'CrewAdmin'),
  book: (me: Me, event?: Event) => is(me, 'Admin') || (is(me, 'CustomerAdmin') && (!event || own(me, event.customerId))),
  makeEvents: (me: Me) => is(me, 'Admin', 'CustomerAdmin'),
  editEvent: (me: Me, event: Event) => is(me, 'Admin') || (is(me, 'CustomerAdmin') && own(me, event.customerId)),
  answer: (me: Me, booking: Booking) =>
    booking.status === 'REQUESTED' &&
    (is(me, 'Admin') || (is(me, 'CrewAdmin', 'CustomerAdmin') && own(me, booking.crewCustomerId))),
  cancel: (me: Me, booking: Booking) =>
    (booking.status === 'REQUESTED' || booking.status === 'CONFIRMED') &&
    (is(me, 'Admin') ||
      (is(me, 'CustomerAdmin') && own(me, booking.customerId)) ||
      (is(me, 'CrewAdmin') && own(me, booking.crewCustomerId))),
  complete: (me: Me, booking: Booking) =>
    booking.status === 'CONFIRMED' &&
    (is(me, 'Admin') || (is(me, 'CustomerAdmin') && own(me, booking.customerId) && Date.parse(booking.endTime) <= Date.now())),
  seeUsers: (me: Me) => is(me, 'Admin', 'CustomerAdmin', 'CrewAdmin'),
  seeCustomers: (me: Me) => is(me, 'Admin'),
  editCustomer: (me: Me, id: string) => is(me, 'Admin') || (is(me, 'CustomerAdmin', 'CrewAdmin') && own(me, id)),
  seeTariffs: (me: Me, id: string) => is(me, 'Admin') || (is(me, 'CustomerAdmin', 'CustomerUser') && own(me, id)),
  editTariffs: (me: Me, id: string) => is(me, 'Admin') || (is(me, 'CustomerAdmin') && own(me, id)),
  seeInvoices: (me: Me) => is(me, 'Admin', 'CustomerAdmin', 'CrewAdmin'),
  changeInvoice: (me: Me, invoice: Invoice) => is(me, 'Admin') || (is(me, 'CrewAdmin') && own(me, invoice.crewCustomerId)),
  seeReports: (me: Me) => is(me, 'Admin', 'CustomerAdmin', 'CrewAdmin'),
  isCrew: (me: Me) => me.userType === 3,
};
