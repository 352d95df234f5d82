# What comes back from providers: answers of patients, delivery reports, and the server that receives them.
replies-too-many-in-one-body = the body holds more than { $most } answers and reports
replies-field-missing-or-malformed = the field { $field } is missing or malformed
replies-body-is-no-whatsapp-webhook = the body is no notification of WhatsApp
replies-body-is-no-mail = the body is no mail with a sender
replies-public-url-is-missing = is missing: Twilio signs the URL that it posts to; or say unsigned = true
listening-on = listening on http://{ $at }
the-server-cant-be-run = the server can't be run: { $problem }
no-channel-says-replies = no channel of the configuration takes answers
say-replies-in-a-channels-table = say replies = true in the table of a channel of the kind twilio, whatsapp or smtp
cant-listen-on = can't listen on { $bind }: { $problem }
replies-signature-missing-or-wrong = the signature is missing or wrong
could-not-be-delivered-error = could not be delivered (error { $code })
the-phone-cant-be-reached-error = the phone can't be reached by { $channel } (error { $code })
the-phone-was-reached = the phone was reached by { $channel }
the-channel-takes-no-answers = the channel { $channel } takes no answers
give-the-signature-or-say-unsigned = give the provider's signature with --signature, or say unsigned = true in the channel's table
