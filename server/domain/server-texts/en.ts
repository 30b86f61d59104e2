/** The server's texts in English. */
import { LIMITS } from '../texts.js';
import { idFaultsEn } from './id-faults-en.js';
import type { ServerTexts } from './server-texts.js';

export const en: ServerTexts = {
  errors: {
    malformed: { title: 'Malformed request', detail: 'The body is not valid JSON. Nothing was saved.' },
    unauthenticated: {
      title: 'Please sign in',
      detail: 'You are not signed in, the session has expired, or the user name or password is wrong.',
    },
    forbidden: { title: 'Not permitted', detail: 'Your role does not allow this.' },
    'origin-not-allowed': {
      title: 'Origin not allowed',
      detail: 'This site is not on the list of allowed origins. Please ask its administrator.',
    },
    'no-account': {
      title: 'No business account',
      detail: 'You are signed in but have no business account yet. Please apply for one.',
    },
    'not-found': { title: 'Not found', detail: 'It does not exist, or you may not see it.' },
    'method-not-allowed': { title: 'Method not allowed', detail: 'This address does not accept this method.' },
    'wrong-state': {
      title: 'Not possible in the current state',
      detail: 'Another person may just have processed it. Please reload and try again.',
    },
    'head-exists': {
      title: 'The unit already has a head',
      detail: 'To change it, choose to replace the current head, who then becomes a contact.',
    },
    'identity-conflict': {
      title: '✘ Not saved: registration failed',
      detail: 'Both the name and the birth date differ from the roster. Please check with the person.',
    },
    'in-progress': { title: 'In progress', detail: 'The same request is still being processed.' },
    'nothing-to-undo': {
      title: 'Nothing to undo',
      detail: 'It was undone already, or another school has registered the person.',
    },
    gone: { title: 'Expired', detail: 'The retention period of these data is over.' },
    'precondition-failed': {
      title: 'Changed by another person',
      detail: 'It was changed after you read it. Please compare and save again.',
    },
    'too-large': { title: 'Too large', detail: 'The body is over the limit. Nothing was saved.' },
    'unsupported-media-type': { title: 'Unsupported content type', detail: 'Please send application/json.' },
    validation: { title: 'Some fields are wrong', detail: 'Please correct the marked fields; everything else is kept.' },
    'national-id-invalid': {
      title: '✘ Not saved: the identity number is not valid',
      detail: 'Please check the document and enter the number again.',
    },
    'sex-mismatch': { title: '✘ Not saved: sex and identity number do not match', detail: 'Please check both.' },
    'registration-failed': {
      title: '✘ Not saved: registration failed',
      detail: 'The data do not match the roster. Please check with the person, then ask the level above.',
    },
    'intern-not-allowed': {
      title: '✘ Not saved: student teachers are not registered here',
      detail: 'The university that trains them manages them; registered here, they could not apply for an account.',
    },
    'username-taken': { title: 'User name taken', detail: 'Please choose another user name.' },
    'idempotency-key-reused': { title: 'Idempotency key reused', detail: 'The same key was used for another request before.' },
    'precondition-required': {
      title: 'Version missing',
      detail: 'Please send If-Match, so that nobody’s change is overwritten.',
    },
    'rate-limited': { title: 'Too many requests', detail: 'Please wait and try again.' },
    internal: {
      title: 'Something went wrong',
      detail: 'Nothing was saved. Please try again and give the code to your administrator.',
    },
    unreadable: {
      title: 'Cannot be read',
      detail:
        'The stored personal data cannot be decrypted: it was changed outside the system, or its key is missing. Please tell your administrator.',
    },
    'newer-format': {
      title: 'Stored by a newer version',
      detail: 'A newer version of the system has stored this list, and this version cannot read it. Please try again after the update.',
    },
    unavailable: { title: 'Unavailable', detail: 'The database is not available at the moment. Please try again shortly.' },
  },
  fields: {
    required: 'Please fill this in',
    'too-short': 'Too short',
    'too-long': 'Too long',
    'unknown-field': 'Unknown field',
    'not-allowed': 'Not an allowed value',
    'wrong-type': 'Wrong format',
    'bad-characters': 'Contains hidden or broken characters; please type it again',
    'bad-email': 'Not a valid mail address',
    'bad-date': 'Not a valid date',
    'age-out-of-range': 'The age must be between 16 and 100',
    'unknown-code': 'Not in the code list',
    duplicate: 'Duplicate',
    'too-many': `At most ${LIMITS.subjects}`,
    'bad-username': 'Use 3 to 64 letters, digits or . _ - @',
    'common-password': 'This password is too common; please choose another',
    'wrong-password': 'The current password is wrong',
    'too-simple': 'Use more kinds of characters: capitals, small letters, digits, symbols',
    'used-before': 'This password was used before; please choose another',
    'too-soon': 'The password was changed only just now; please try again later',
    'wrong-code': 'The code is wrong',
    'not-your-unit': 'Not a unit that you manage',
    'own-subtree': 'A unit cannot move below itself',
    'code-taken': 'Another unit has this code',
    ...idFaultsEn,
    'sex-mismatch': 'Does not match the identity number',
    'lost-characters': 'A character was lost in the file; please type the right one',
    'date-calendar': 'Please say first whether the dates are ROC or western years',
    'not-this-person': 'Not the person with this number (編號) on the roster',
    'asked-too-often':
      'Too many similar numbers have been looked up; please check the document, and ask whoever runs the system if it is right',
    'file-empty': 'This file is empty',
    'file-locked': 'The file is protected by a password; please save it without one',
    'file-old-excel': 'This is an old Excel file (.xls); please save it as .xlsx',
    'file-not-a-table': 'This is neither an Excel nor a CSV file; please use the template or save it as .xlsx',
    'file-broken': 'The file is damaged or incomplete; please save it again',
    'file-no-headings': 'There are no headings; the first row should name the columns (姓名, 身分證字號 …)',
    'file-too-many-rows': 'More than 5,000 rows; please split the file',
    'file-too-many-columns': 'Too many columns; please keep only those needed',
    'file-too-big-inside': 'The file is too large when unpacked; please copy the data into the template',
    'file-similar-numbers': 'Too many identity numbers of the list differ in a few digits only; please check that column',
  },
  imports: {
    alsoInRows: (fault, rows) => `${fault}: also in row ${rows.join(', ')}`,
    faultsOfRow: (faults) => faults.map(({ heading, fault }) => (heading === null ? fault : `${heading}: ${fault}`)).join('; '),
  },
  letters: {
    footer: 'This message was sent by a system; please do not reply.',
    labels: { unit: 'Unit', role: 'Role', reason: 'Reason' },
    roles: { head: 'head', contact: 'contact', operator: 'operator' },
    decisions: {
      'account.activate': { subject: 'Your business account was enabled', body: 'Your business account was enabled.' },
      'account.switch-role': {
        subject: 'The role of your business account was changed',
        body: 'The role of your business account was changed.',
      },
      'account.reject': {
        subject: 'Your application for a business account was rejected',
        body: 'Your application for a business account was rejected.',
      },
      'account.delete': { subject: 'Your business account was deleted', body: 'Your business account was deleted.' },
      'account.restore': {
        subject: 'Your business account is waiting for a decision again',
        body: 'Your business account is waiting for a decision again.',
      },
    },
    reset: (until) => ({
      subject: 'Set a new password',
      body:
        `Somebody, probably you, asked for a new password for your business account. The link below works once, until ${until} Taipei time.\n` +
        'If it was not you, ignore this message; your password stays as it is.',
    }),
    confirmation: (until) => ({
      subject: 'Please confirm your mail address',
      body:
        `This address was entered for a business account. Please sign in to that account and open the link below before ${until} Taipei time to confirm it. ` +
        'Until you do, no link to set a new password is sent here.',
    }),
    addressChanged: (unitName) => ({
      subject: 'The mail address of your business account was changed',
      body:
        `The mail address of your business account at ${unitName} is no longer this one. ` +
        'If you did not agree to this, tell your head or the level above at once.',
    }),
    passwordChanged: {
      subject: 'Your password was changed',
      body: 'The password of your business account was changed just now, and you were signed out everywhere. If it was not you, tell your head at once.',
    },
    identityLinked: (issuer) => ({
      subject: 'An outside sign-in was linked to your account',
      body: `The head of the level above has linked an identity of ${issuer} to your business account, which can now sign in there. If the identity is not yours, tell your head at once.`,
    }),
    handoverSubject: 'Hand-over of the head',
    handovers: {
      begun: 'A hand-over of the head has begun. The successor signs in and consents; then the level above approves.',
      consented: 'The successor has consented; the level above has yet to approve.',
      approved: 'The level above has approved; the hand-over takes effect on its day.',
      done: 'The hand-over of the head is complete.',
      refused: 'The hand-over of the head was refused; sign in to read the reason.',
    },
    topmostHandover: (unitName, on) => ({
      subject: `Hand-over of the head announced · ${unitName}`,
      body: `The successor has consented; the head of ${unitName} changes on ${on}. This is the topmost unit, so no level above approves. If this is unexpected, ask the head or the operator of this site before that day.`,
    }),
    unitMoved: (unitName, oldParent, newParent) => ({
      subject: 'A unit was moved',
      body: `${unitName} was moved from ${oldParent} to ${newParent}. If this is unexpected, ask the head of the level above.`,
    }),
    reminder: (unitName) => ({ subject: 'Waiting for you', body: `This is waiting for you at ${unitName}:` }),
    reminders: {
      withoutHead: 'Units below without a head',
      idleHeads: (days) => `Heads who have not signed in for ${days} days`,
      oldApplications: (days) => `Applications that have waited for more than ${days} days`,
      transfers: 'Proposed transfers to answer',
    },
  },
  notice:
    'Personal data notice: the education authority and the school collect your name, sex, national id, birth date, title, subjects and ' +
    'contact data to manage accounts and records of in-service training. They are used in Taiwan by the authority and its schools while ' +
    'you serve and for as long as the law has them kept. Under article 3 of the Personal Data Protection Act you may ask to see, copy, ' +
    'complete, correct, stop the use of, or delete them. Without them no account or training record can be made.',
};
